/** The type and size detected from the first bytes of a file. */
interface SniffResult {
  /** `application/octet-stream` if the type is unknown. */
  mime: string
  width?: number
  height?: number
  durationMs?: number
}

/** Number of leading bytes to inspect. */
export const SNIFF_BYTES = 64 * 1024

/** Image formats whose dimensions are not detected: MIME type, offset and signature. */
const OTHER_IMAGES: readonly [mime: string, offset: number, signature: string][] = [
  ['image/bmp', 0, 'BM'],
  ['image/tiff', 0, 'II*\0'],
  ['image/tiff', 0, 'MM\0*'],
  ['image/x-icon', 0, '\0\0\x01\0'],
  ['image/vnd.adobe.photoshop', 0, '8BPS'],
  ['image/jxl', 0, '\xff\x0a'],
  ['image/jxl', 4, 'JXL '],
  ['image/jp2', 4, 'jP  '],
  ['image/heic', 4, 'ftyphei'],
  ['image/heic', 4, 'ftyphev'],
  ['image/heic', 4, 'ftypmif1'],
  ['image/heic', 4, 'ftypmsf1'],
  ['image/avif', 4, 'ftypavi'],
]

/** Detects images, MP3, MP4 and PDF from their bytes, regardless of the file name. */
export function sniff(head: Buffer): SniffResult {
  const starts = (text: string, at = 0) => head.toString('latin1', at, at + text.length) === text
  if (starts('\xff\xd8\xff')) return { mime: 'image/jpeg', ...jpegSize(head) }
  if (starts('\x89PNG\r\n\x1a\n')) {
    return { mime: 'image/png', ...(head.length < 24 ? {} : size(head.readUInt32BE(16), head.readUInt32BE(20))) }
  }
  if (starts('GIF87a') || starts('GIF89a')) {
    return { mime: 'image/gif', ...(head.length < 10 ? {} : size(head.readUInt16LE(6), head.readUInt16LE(8))) }
  }
  if (starts('RIFF') && starts('WEBP', 8)) return { mime: 'image/webp' }
  const other = OTHER_IMAGES.find(([, at, text]) => starts(text, at))
  if (other) return { mime: other[0] }
  if (starts('ftyp', 4)) return { mime: 'video/mp4', ...mp4Duration(head) }
  if (starts('%PDF-')) return { mime: 'application/pdf' }
  // MPEG layer III frames, with or without a leading ID3 tag.
  const sync = head.length > 1 && head[0] === 0xff && ((head[1] ?? 0) & 0xe6) === 0xe2
  return { mime: starts('ID3') || sync ? 'audio/mpeg' : 'application/octet-stream' }
}

function size(width: number, height: number) {
  return { width, height }
}

/** Skips segments until the frame header, which contains the dimensions. */
function jpegSize(head: Buffer): { width?: number; height?: number } {
  let at = 2
  while (at + 9 <= head.length && head[at] === 0xff) {
    const marker = head[at + 1] ?? 0
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return size(head.readUInt16BE(at + 7), head.readUInt16BE(at + 5))
    }
    at += 2 + head.readUInt16BE(at + 2)
  }
  return {}
}

function mp4Duration(head: Buffer): { durationMs?: number } {
  const at = head.indexOf('mvhd', 0, 'latin1')
  if (at < 0 || at + 24 > head.length || head[at + 4] !== 0) return {}
  const scale = head.readUInt32BE(at + 16)
  return scale === 0 ? {} : { durationMs: Math.round((head.readUInt32BE(at + 20) * 1000) / scale) }
}

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

/** Brands of pictures in the same container as MP4. */
const PICTURE_BRANDS = /^(hei|hev|mif|msf|avi)/

/**
 * Detects the types that the page shows and PDF, with their sizes and durations, regardless of the file name. It is
 * synchronous, unlike `detectType`, which knows many more types.
 */
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
  if (starts('ftyp', 4) && !PICTURE_BRANDS.test(head.toString('latin1', 8, 12)))
    return { mime: 'video/mp4', ...mp4Duration(head) }
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

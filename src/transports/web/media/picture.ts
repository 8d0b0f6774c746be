import { extname } from 'node:path'
import { fileTypeFromBuffer } from 'file-type'
import type { OpenSource } from '../../../transport/content.js'
import { PICTURE_FORMATS, STICKER_FORMAT, type UploadMediaType } from '../wire/upload.js'

/** Bytes at the start of a file that suffice to detect its type. */
export const HEAD_BYTES = 4_100

/** How a file given as a picture is sent. */
interface Picture {
  as: 'image' | 'sticker' | 'file'
  mediaType: UploadMediaType
  source: OpenSource
}

/** Software without APNG support reads an animated PNG as a PNG. */
const SAME_AS: Readonly<Record<string, string>> = { 'image/apng': 'image/png' }

/**
 * Determines how a picture is sent, by content rather than name: as a picture or sticker in a format the server accepts,
 * otherwise as a file. The server goes by the extension, so a picture without a matching extension gets one.
 *
 * @see docs/protocol.md §6.7
 */
export async function pictureOf(source: OpenSource): Promise<Picture> {
  const head = await source.read(0, Math.min(HEAD_BYTES, source.sizeBytes))
  const detected = (await fileTypeFromBuffer(head))?.mime ?? ''
  const mime = SAME_AS[detected] ?? detected
  if (mime === STICKER_FORMAT) return { as: 'sticker', mediaType: 'doc', source }
  const extensions = PICTURE_FORMATS[mime]
  if (!extensions) return { as: 'file', mediaType: 'doc', source }
  const hasExtension = extensions.includes(extname(source.name).slice(1).toLowerCase())
  const name = hasExtension ? source.name : `${source.name}.${extensions[0]}`
  return { as: 'image', mediaType: 'pic', source: { ...source, name, mime } }
}

/** How a previously uploaded picture is sent, judging by its name. */
export function pictureKindOf(name: string): Picture['as'] {
  const extension = extname(name).slice(1).toLowerCase()
  if (extension === 'gif') return 'sticker'
  const isSupported = Object.values(PICTURE_FORMATS).some((extensions) => extensions.includes(extension))
  return extension === '' || isSupported ? 'image' : 'file'
}

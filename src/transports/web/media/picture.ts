import { extname } from 'node:path'
import { fileTypeFromBuffer } from 'file-type'
import type { OpenSource } from '../../../transport/content.js'
import { PICTURE_FORMATS, STICKER_FORMAT, type UploadMediaType } from '../wire/upload.js'

/** The longest beginning of a file that its type is read from. */
export const HEAD_BYTES = 4_100

/** How a file meant as a picture goes out. */
interface Picture {
  as: 'image' | 'sticker' | 'file'
  mediaType: UploadMediaType
  source: OpenSource
}

/** An animated PNG is a PNG to those that do not know it. */
const SAME_AS: Readonly<Record<string, string>> = { 'image/apng': 'image/png' }

/**
 * Decides by its content how a picture can be sent, whatever it is called: as a picture or sticker where the server takes the format,
 * else as a file. The server goes by the extension, so a picture without its own gets it.
 *
 * @see docs/protocol.md §6.7
 */
export async function pictureOf(source: OpenSource): Promise<Picture> {
  const head = await source.read(0, Math.min(HEAD_BYTES, source.sizeBytes))
  const found = (await fileTypeFromBuffer(head))?.mime ?? ''
  const mime = SAME_AS[found] ?? found
  if (mime === STICKER_FORMAT) return { as: 'sticker', mediaType: 'doc', source }
  const extensions = PICTURE_FORMATS[mime]
  if (!extensions) return { as: 'file', mediaType: 'doc', source }
  const hasExtension = extensions.includes(extname(source.name).slice(1).toLowerCase())
  const name = hasExtension ? source.name : `${source.name}.${extensions[0]}`
  return { as: 'image', mediaType: 'pic', source: { ...source, name, mime } }
}

/** How a picture that was uploaded before goes out, as far as its name says. */
export function pictureKindOf(name: string): Picture['as'] {
  const extension = extname(name).slice(1).toLowerCase()
  if (extension === 'gif') return 'sticker'
  const isTaken = Object.values(PICTURE_FORMATS).some((extensions) => extensions.includes(extension))
  return extension === '' || isTaken ? 'image' : 'file'
}

import { extname } from 'node:path'
import type { OpenSource } from '../../../transport/content.js'
import { detectFileType, HEAD_BYTES } from '../../../util/file-type.js'
import { PICTURE_FORMATS, STICKER_FORMAT, type UploadMediaType } from '../wire/upload.js'

/** How to send a file that was passed as a picture. */
interface Picture {
  as: 'image' | 'sticker' | 'file'
  mediaType: UploadMediaType
  source: OpenSource
}

/** An animated PNG is also a valid PNG for software without APNG support. */
const SAME_AS: Readonly<Record<string, string>> = { 'image/apng': 'image/png' }

/**
 * Determines how to send a picture, based on its content rather than its name: as a picture or sticker if the server
 * accepts the format, otherwise as a file. The server relies on the extension, so a matching one is added if it is
 * missing.
 *
 * @see docs/protocol.md §6.7
 */
export async function pictureOf(source: OpenSource): Promise<Picture> {
  const head = Buffer.alloc(Math.min(HEAD_BYTES, source.sizeBytes))
  await source.readInto(head, 0)
  const detected = (await detectFileType(head))?.mime ?? ''
  const mime = SAME_AS[detected] ?? detected
  if (mime === STICKER_FORMAT) return { as: 'sticker', mediaType: 'doc', source }
  const extensions = PICTURE_FORMATS[mime]
  if (!extensions) return { as: 'file', mediaType: 'doc', source }
  const hasExtension = extensions.includes(extname(source.name).slice(1).toLowerCase())
  const name = hasExtension ? source.name : `${source.name}.${extensions[0]}`
  return { as: 'image', mediaType: 'pic', source: { ...source, name, mime } }
}

/** Determines how to send a previously uploaded picture, based on its name. */
export function pictureKindOf(name: string): Picture['as'] {
  const extension = extname(name).slice(1).toLowerCase()
  if (extension === 'gif') return 'sticker'
  const isSupported = Object.values(PICTURE_FORMATS).some((extensions) => extensions.includes(extension))
  return extension === '' || isSupported ? 'image' : 'file'
}

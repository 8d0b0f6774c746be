import { FileError } from '../../../errors.js'
import type { OpenSource, SendAs, UploadedMedia, UploadOptions } from '../../../transport/content.js'
import type { Web } from '../api/call.js'
import type { UploadMediaType } from '../wire/upload.js'
import { pictureKindOf, pictureOf } from './picture.js'
import { uploadMedia } from './upload.js'

const MEDIA_TYPES = { file: 'doc', video: 'video' } as const satisfies Partial<Record<SendAs, UploadMediaType>>

/**
 * Uploads a file the way its message will need it; a file meant as a picture goes by its content.
 *
 * @throws FileError with `isStrict` for an image in a format that would go as a file; nothing is uploaded then
 */
export async function uploadAs(
  web: Web,
  source: OpenSource,
  as: SendAs,
  toUserName: string,
  { isStrict = false, onProgress, signal }: UploadOptions = {},
): Promise<UploadedMedia> {
  const plan = as === 'image' ? await pictureOf(source) : { as, mediaType: MEDIA_TYPES[as], source }
  if (isStrict && as === 'image' && plan.as === 'file') throw notAPicture(source)
  const options = { mediaType: plan.mediaType, toUserName, onProgress, signal }
  const { mediaId, signature } = await uploadMedia(web, plan.source, options)
  return { mediaId, signature, as: plan.as, name: plan.source.name, sizeBytes: source.sizeBytes }
}

/** The kind a file of this name goes as when only its upload is known. */
export function kindOf(as: SendAs, name: string): UploadedMedia['as'] {
  return as === 'image' ? pictureKindOf(name) : as
}

/** What is uploaded alone cannot be sent as a file when it should have become a picture. */
function notAPicture({ path, name }: OpenSource): FileError {
  return new FileError(
    `uploadFile: ${path || name} is not a bmp, png, jpeg or gif by its content; WeChat takes no other format as a picture. Upload it without isPicture and send it with sendFile(), or let sendImage() send it as a file.`,
    { path },
  )
}

import { FileError } from '../../../errors.js'
import type { OpenSource, SendAs, UploadedMedia, UploadOptions } from '../../../transport/content.js'
import type { Web } from '../api/call.js'
import type { UploadMediaType } from '../wire/upload.js'
import { pictureKindOf, pictureOf } from './picture.js'
import { uploadMedia } from './upload.js'

const MEDIA_TYPES = { file: 'doc', video: 'video' } as const satisfies Partial<Record<SendAs, UploadMediaType>>

/**
 * Uploads a file in the form that its message requires. For a picture, the form depends on its content.
 *
 * @throws FileError, without uploading anything, if `isStrict` is set and the image can only be sent as a file
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

/** Determines which kind of message to send for an uploaded file, based on its name. */
export function kindOf(as: SendAs, name: string): UploadedMedia['as'] {
  return as === 'image' ? pictureKindOf(name) : as
}

/** A file that was uploaded separately as a picture cannot be sent as a file later. */
function notAPicture({ path, name }: OpenSource): FileError {
  return new FileError(
    `uploadFile: the content of ${path || name} is not a bmp, png, jpeg or gif image. WeChat accepts no other picture formats. Upload it without isPicture and send it with sendFile(), or let sendImage() send it as a file.`,
    { path },
  )
}

import type { Core } from '../core.js'
import { avatarPicture } from '../encode/picture.js'
import { answer } from '../routes/exchange.js'
import { mediaReply } from '../routes/media-reply.js'
import { failure, secured } from './guard.js'

/** Number of 8-pixel squares along each side of a generated cover. */
const COVER_SQUARES = 30
/** Types that a browser may show inline. Files of other types are downloaded. */
const INLINE_TYPES = /^(image\/(jpeg|png|gif|webp)|audio\/mpeg|video\/mp4)$/

/** Serves the media bytes of a message in such a way that they cannot run scripts in the page's origin. */
export function answerMedia(core: Core, messageId: string, request: Request, thumb: boolean): Response {
  const content = core.world.findMessage(messageId)?.content
  if (!content || !('media' in content))
    return failure(404, `Unknown message id "${messageId}": expected a message with media.`)
  const { media } = content
  if (thumb && content.kind === 'video') {
    const cover = core.samples.thumbnailOf(media) ?? avatarPicture(messageId, COVER_SQUARES)
    return hardened(answer(new Uint8Array(cover), 'image/jpeg'))
  }
  if (!core.media.find(media.id)) return failure(410, 'The bytes were evicted to make room for newer media.')
  const isInline = INLINE_TYPES.test(media.mime)
  const response = mediaReply(core.media, media, request, isInline ? media.mime : 'application/octet-stream')
  if (!isInline) response.headers.set('Content-Disposition', attachment(media.name))
  return hardened(response)
}

function hardened(response: Response): Response {
  secured(response)
  response.headers.set('Content-Security-Policy', "default-src 'none'; sandbox")
  response.headers.set('Cross-Origin-Resource-Policy', 'same-origin')
  return response
}

/** Header values must be ASCII without line breaks. */
function attachment(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(Buffer.from(name).toString()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}

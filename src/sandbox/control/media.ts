import type { Core } from '../core.js'
import { avatarPicture } from '../encode/picture.js'
import { answer } from '../routes/exchange.js'
import { mediaReply } from '../routes/media-reply.js'
import { failure, secured } from './guard.js'

/** Squares of 8 pixels a side of a drawn cover. */
const COVER_SQUARES = 30
/** What a browser may show in place; everything else is saved. */
const SHOWN = /^(image\/(jpeg|png|gif|webp)|audio\/mpeg|video\/mp4)$/

/** The bytes of a message's medium, such that nothing in them can run in the page's name. */
export function answerMedia(core: Core, messageId: string, request: Request, thumb: boolean): Response {
  const content = core.world.findMessage(messageId)?.content
  if (!content || !('media' in content)) return failure(404, `no message ${messageId} with a medium`)
  const { media } = content
  if (thumb && content.kind === 'video') {
    return hardened(answer(new Uint8Array(avatarPicture(messageId, COVER_SQUARES)), 'image/jpeg'))
  }
  if (!core.media.find(media.id)) return failure(410, 'these bytes were dropped for newer ones')
  const shown = SHOWN.test(media.mime)
  const response = mediaReply(core.media, media, request, shown ? media.mime : 'application/octet-stream')
  if (!shown) response.headers.set('Content-Disposition', attachment(media.name))
  return hardened(response)
}

function hardened(response: Response): Response {
  secured(response)
  response.headers.set('Content-Security-Policy', "default-src 'none'; sandbox")
  response.headers.set('Cross-Origin-Resource-Policy', 'same-origin')
  return response
}

/** A header holds ASCII alone, and no line break. */
function attachment(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(Buffer.from(name).toString()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}

import { checkGetMedia, checkMessageId } from '../conformance/media.js'
import { avatarPicture } from '../encode/picture.js'
import type { Session } from '../session/session.js'
import type { MediaKind } from '../world/content.js'
import type { Medium } from '../world/medium.js'
import type { Message } from '../world/message.js'
import type { World } from '../world/world.js'
import { answer, baseResponse, type Exchange } from './exchange.js'
import { mediaReply } from './media-reply.js'
import { Refusal } from './refusal.js'
import { sessionOfQuery, sessionOfTicket } from './session-of.js'

/** Number of 8-pixel squares along each side of a generated thumbnail. */
const THUMB_SQUARES = 15

/**
 * Returns a picture or sticker. A picture is its own thumbnail, unless it is a sample; for other kinds, a thumbnail is
 * generated.
 *
 * @see docs/protocol.md §7
 */
export function webwxgetmsgimg(exchange: Exchange): Response {
  return withSession(exchange, sessionOfQuery, () => {
    const message = messageOf(exchange, 'MsgID')
    const isThumbnail = exchange.query('type') === 'slave'
    const pictured = isThumbnail && message && mediumOf(message, ['image', 'video'])
    const thumbnail = pictured && exchange.core.samples.thumbnailOf(pictured)
    if (thumbnail) return exchange.picture(thumbnail, 'image/jpeg')
    const medium = message && mediumOf(message, ['image', 'sticker'])
    if (medium) return mediaReply(exchange.core.media, medium, exchange.request)
    if (!message || !isThumbnail) return notFound()
    return exchange.picture(avatarPicture(message.id, THUMB_SQUARES), 'image/jpeg')
  })
}

/** @see docs/protocol.md §7 */
export function webwxgetvoice(exchange: Exchange): Response {
  return withSession(exchange, sessionOfQuery, () => {
    const message = messageOf(exchange, 'msgid')
    const medium = message && mediumOf(message, ['voice'])
    return medium ? mediaReply(exchange.core.media, medium, exchange.request) : notFound()
  })
}

/** Returns a video. Without `Range`, the real service sends no data. @see docs/protocol.md §7 */
export function webwxgetvideo(exchange: Exchange): Response {
  return withSession(exchange, sessionOfQuery, () => {
    const message = messageOf(exchange, 'msgid')
    const medium = message && mediumOf(message, ['video'])
    if (!medium) return notFound()
    if (exchange.request.headers.get('range') === null) {
      exchange.warn('7', 'a video was requested without Range: bytes=0-')
      return answer('', 'video/mp4')
    }
    return mediaReply(exchange.core.media, medium, exchange.request, 'video/mp4')
  })
}

/** Returns the bytes of a file. Only `mediaid` matters. @see docs/protocol.md §7 */
export function webwxgetmedia(exchange: Exchange): Response {
  return withSession(exchange, sessionOfTicket, (session) => {
    checkGetMedia(exchange, session, exchange.cookies)
    const medium = exchange.core.media.find(exchange.query('mediaid'))
    if (medium) exchange.core.traffic.join(exchange.entry, messagesWith(exchange.core.world, medium))
    return medium ? mediaReply(exchange.core.media, medium, exchange.request) : notFound()
  })
}

/** Returns an uploaded picture. @see docs/protocol.md §8 */
export function webwxpreview(exchange: Exchange): Response {
  return withSession(exchange, sessionOfTicket, () => {
    const medium = exchange.query('fun') === 'preview' && exchange.core.media.find(exchange.query('mediaid'))
    return medium ? mediaReply(exchange.core.media, medium, exchange.request) : notFound()
  })
}

/** Responds with 403 if the request has no session, so that the reply is not mistaken for media data. */
function withSession(
  exchange: Exchange,
  findSession: (exchange: Exchange) => Session,
  reply: (session: Session) => Response,
): Response {
  let session: Session
  try {
    session = findSession(exchange)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    exchange.result = String(error.ret)
    exchange.reason = error.message
    const text = JSON.stringify({ BaseResponse: baseResponse(error.ret) })
    return answer(text, 'text/plain', new Headers(), 403)
  }
  return reply(session)
}

function messageOf(exchange: Exchange, safe: 'MsgID' | 'msgid'): Message | undefined {
  checkMessageId(exchange, safe)
  const { world, traffic } = exchange.core
  const id = exchange.query('MsgID') || exchange.query('msgid')
  const message = world.findMessage(id)
  if (message || traffic.isJoined(id)) traffic.join(exchange.entry, [id])
  return message
}

/** Ids of the messages with this medium. */
function messagesWith(world: World, { id }: Medium): string[] {
  const hasMedium = ({ content }: Message) => 'media' in content && content.media.id === id
  return [...world.conversations.values()].flatMap(({ messages }) => messages.filter(hasMedium).map(({ id }) => id))
}

function mediumOf({ content }: Message, kinds: readonly MediaKind[]): Medium | undefined {
  if (content.kind === 'sticker' && content.fromStore) return undefined
  return 'media' in content && kinds.includes(content.kind) ? content.media : undefined
}

function notFound(): Response {
  return answer('Unknown medium.\n', 'text/plain', new Headers(), 404)
}

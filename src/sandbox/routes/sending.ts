import { RET } from '../../transports/web/wire/ret.js'
import { checkSend } from '../conformance/send.js'
import { type Fields, isObject } from '../read/fields.js'
import type { Session } from '../session/session.js'
import type { Medium } from '../world/medium.js'
import type { Content } from '../world/message.js'
import { baseResponse, type Exchange } from './exchange.js'
import { Refusal } from './refusal.js'
import { sessionOfBody } from './session-of.js'

/** A message a program wants sent. */
export interface Sending {
  session: Session
  /** `Msg` of the request. */
  fields: Fields
  /** `Type` of the message. */
  type: number
  chatId: string
}

/** Checks who sends and to whom. @see docs/protocol.md §6.1 */
export function acceptSending(exchange: Exchange): Sending {
  const session = sessionOfBody(exchange)
  const fields = exchange.body.Msg
  if (!isObject(fields)) throw new Refusal(RET.badParameter, 'Msg is missing')
  const chatId = recipient(exchange, session, fields)
  const { Type: type } = fields
  if (typeof type !== 'number' || !Number.isInteger(type)) {
    throw new Refusal(RET.badParameter, 'Type is not an integer')
  }
  return { session, fields, type, chatId }
}

/** Says it in the chat and answers with its id. */
export function deliver(exchange: Exchange, { session, fields, chatId }: Sending, content: Content): Response {
  checkSend(exchange, session, fields, exchange.body.Scene)
  limitSends(exchange, session)
  const { world } = exchange.core
  const sent = world.post({ chatId, speaker: world.owner.id, origin: 'bot', content })
  return exchange.json({
    BaseResponse: baseResponse(),
    MsgID: sent.id,
    LocalID: String(fields.LocalID ?? fields.ClientMsgId ?? ''),
  })
}

/** What the program uploaded under this id; refuses any other, and a Signature of another file. */
export function uploaded(exchange: Exchange, { session, fields, chatId }: Sending, mediaId: unknown): Medium {
  const medium = typeof mediaId === 'string' ? exchange.core.media.find(mediaId) : undefined
  if (!medium) throw new Refusal(RET.badParameter, 'MediaId is none that an upload or a message gave')
  const { Signature } = fields
  const isSigned = Signature !== undefined && Signature !== ''
  if (isSigned && exchange.core.checkedUploads.find(Signature)?.md5 !== medium.md5) {
    throw new Refusal(RET.badParameter, 'Unknown Signature: webwxcheckupload gave another for this file')
  }
  const { uploadedFor } = session.memory
  // Sending it again elsewhere is fine; the first time it goes where the upload said.
  if (uploadedFor.has(medium.id) && uploadedFor.get(medium.id) !== chatId) {
    exchange.warn('15', 'ToUserName of the upload is not the one it is sent to')
  }
  uploadedFor.delete(medium.id)
  return medium
}

/** Somebody in the address book, a group one is in, oneself or a built-in account; else 1204. */
function recipient(exchange: Exchange, session: Session, fields: Fields): string {
  const { world } = exchange.core
  if (fields.FromUserName !== session.names.of(world.owner.id)) {
    throw new Refusal(RET.badParameter, 'FromUserName is not the own UserName')
  }
  const id = session.names.idOf(String(fields.ToUserName))
  if (id !== undefined) {
    const group = world.groups.get(id)
    if (group ? world.member(group, world.owner.id) : world.people.get(id)?.isContact) return id
  }
  throw new Refusal(RET.notFriend, 'ToUserName is neither a contact nor a group of the account')
}

/** A flood answers 1205. @see docs/protocol.md §13.3 */
function limitSends(exchange: Exchange, session: Session): void {
  const limit = exchange.core.settings.floodLimit
  if (limit === false) return
  const now = exchange.core.clock.now()
  while (session.sends[0] !== undefined && session.sends[0] <= now - limit.windowMs) session.sends.shift()
  if (session.sends.length >= limit.sends) throw new Refusal(RET.tooFrequent, 'too many messages, wait a little')
  session.sends.push(now)
}

import { RET } from '../../transports/web/wire/ret.js'
import { checkSend } from '../conformance/send.js'
import { type Fields, isObject, scalarText } from '../read/fields.js'
import { recordSent } from '../record-send.js'
import type { Session } from '../session/session.js'
import type { Medium } from '../world/medium.js'
import type { Content } from '../world/message.js'
import { baseResponse, type Exchange } from './exchange.js'
import { Refusal } from './refusal.js'
import { sessionOfBody } from './session-of.js'

/** A message that a program is sending. */
export interface Sending {
  session: Session
  /** `Msg` in the request. */
  fields: Fields
  /** `Type` in the message. */
  type: number
  chatId: string
}

/** Validates the sender and the recipient. @see docs/protocol.md §6.1 */
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

/** Posts the message and replies with its id. */
export function deliver(exchange: Exchange, { session, fields, chatId }: Sending, content: Content): Response {
  checkSend(exchange, session, fields, exchange.body.Scene)
  limitSends(exchange, session)
  const { world } = exchange.core
  const sent = world.post({ chatId, speaker: world.owner.id, origin: 'bot', content })
  recordSent(exchange.core, exchange.entry, sent)
  return exchange.json({
    BaseResponse: baseResponse(),
    MsgID: sent.id,
    LocalID: scalarText(fields.LocalID ?? fields.ClientMsgId),
  })
}

/** Returns the medium with this id. Refuses unknown ids and a Signature that was issued for another file. */
export function uploaded(exchange: Exchange, { session, fields, chatId }: Sending, mediaId: unknown): Medium {
  const medium = typeof mediaId === 'string' ? exchange.core.media.find(mediaId) : undefined
  if (!medium) throw new Refusal(RET.badParameter, 'MediaId is unknown')
  const { Signature } = fields
  const isSigned = Signature !== undefined && Signature !== ''
  if (isSigned && exchange.core.checkedUploads.find(Signature)?.md5 !== medium.md5) {
    throw new Refusal(RET.badParameter, 'Signature was not issued by webwxcheckupload for this file')
  }
  const { uploadedFor } = session.memory
  // Only the first message with the medium is compared with the target chat of the upload.
  if (uploadedFor.has(medium.id) && uploadedFor.get(medium.id) !== chatId) {
    exchange.warn('15', 'ToUserName differs from the ToUserName of the upload')
  }
  uploadedFor.delete(medium.id)
  return medium
}

/**
 * Returns the chat id of the recipient: a contact, a group that the account is in, the account itself or a built-in
 * account. Refuses any other recipient with 1204.
 */
function recipient(exchange: Exchange, session: Session, fields: Fields): string {
  const { world } = exchange.core
  if (fields.FromUserName !== session.names.of(world.owner.id)) {
    throw new Refusal(RET.badParameter, 'FromUserName is not the UserName of this account')
  }
  const id = session.names.idOf(scalarText(fields.ToUserName))
  if (id !== undefined) {
    const group = world.groups.get(id)
    if (group ? world.member(group, world.owner.id) : world.people.get(id)?.isContact) return id
  }
  throw new Refusal(RET.notFriend, 'ToUserName is neither a contact nor a group that the account is in')
}

/** Refuses with 1205 if the flood limit is exceeded. @see docs/protocol.md §13.3 */
function limitSends(exchange: Exchange, session: Session): void {
  const limit = exchange.core.settings.floodLimit
  if (limit === false) return
  const now = exchange.core.clock.now()
  while (session.sends[0] !== undefined && session.sends[0] <= now - limit.windowMs) session.sends.shift()
  if (session.sends.length >= limit.sends)
    throw new Refusal(RET.tooFrequent, 'too many messages; wait before sending more')
  session.sends.push(now)
}

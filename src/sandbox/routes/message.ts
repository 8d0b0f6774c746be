import { RECALL_WINDOW_MS } from '../../web/wire/constants.js'
import { MSG_TYPE } from '../../web/wire/message.js'
import { RET } from '../../web/wire/ret.js'
import { checkSend } from '../conformance/send.js'
import type { Session } from '../session/session.js'
import { baseResponse, type Exchange } from './exchange.js'
import { Refusal } from './refusal.js'
import { sessionOfBody } from './session-of.js'

/** A text, card or location to one of the account's chats. @see docs/protocol.md §6.2 */
export function webwxsendmsg(exchange: Exchange): Response {
  const session = sessionOfBody(exchange)
  const message = exchange.body.Msg
  if (typeof message !== 'object' || message === null) throw new Refusal(RET.badParameter, 'Msg is missing')
  const fields = message as Record<string, unknown>
  const chatId = recipient(exchange, session, fields)
  if (typeof fields.Content !== 'string') throw new Refusal(RET.badParameter, 'Content is not a string')
  if (!Number.isInteger(fields.Type)) throw new Refusal(RET.badParameter, 'Type is not an integer')
  if (fields.Type !== MSG_TYPE.text && fields.Type !== MSG_TYPE.card && fields.Type !== MSG_TYPE.location) {
    exchange.warn('6.2', `Type ${fields.Type} does not go through webwxsendmsg`)
  }
  checkSend(exchange, session, fields, exchange.body.Scene)
  limitSends(exchange, session)
  const { core } = exchange
  const sent = core.world.post({
    chatId,
    speaker: core.world.owner.id,
    origin: 'bot',
    content: { kind: 'text', text: fields.Content },
  })
  return exchange.json({
    BaseResponse: baseResponse(),
    MsgID: sent.id,
    LocalID: String(fields.LocalID ?? fields.ClientMsgId ?? ''),
  })
}

/** Takes back what the account sent, within two minutes. @see docs/protocol.md §6.10 */
export function webwxrevokemsg(exchange: Exchange): Response {
  const session = sessionOfBody(exchange)
  const { core, body } = exchange
  const chatId = session.names.idOf(String(body.ToUserName))
  const message = chatId === undefined ? undefined : core.world.conversations.get(chatId)?.find(String(body.SvrMsgId))
  if (!message || message.speaker !== core.world.owner.id || message.recalled) {
    throw new Refusal(RET.badParameter, 'SvrMsgId is no message the account sent to ToUserName')
  }
  if (typeof body.SvrMsgId !== 'string')
    exchange.warn('6.10', 'SvrMsgId is not a string; a number loses its last digits')
  if (core.clock.now() - message.at > RECALL_WINDOW_MS) {
    throw new Refusal(RET.logicError, 'the message is older than two minutes')
  }
  core.world.recall(message, core.world.owner.id)
  return exchange.ok()
}

/** Somebody in the address book, a group one is in, oneself or a built-in account; else 1204. */
function recipient(exchange: Exchange, session: Session, fields: Record<string, unknown>): string {
  const { world } = exchange.core
  if (fields.FromUserName !== session.names.of(world.owner.id)) {
    throw new Refusal(RET.badParameter, 'FromUserName is not the own UserName')
  }
  const id = session.names.idOf(String(fields.ToUserName))
  const group = id === undefined ? undefined : world.groups.get(id)
  if (group ? world.member(group, world.owner.id) : id !== undefined && world.people.get(id)?.isContact) {
    return id as string
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

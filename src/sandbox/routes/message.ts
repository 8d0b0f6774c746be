import { RECALL_WINDOW_MS } from '../../transports/web/wire/constants.js'
import { MSG_TYPE } from '../../transports/web/wire/message.js'
import { RET } from '../../transports/web/wire/ret.js'
import { readCard, readLocation } from '../read/app-message.js'
import { scalarText } from '../read/fields.js'
import type { Content } from '../world/message.js'
import type { Exchange } from './exchange.js'
import { Refusal } from './refusal.js'
import { acceptSending, deliver } from './sending.js'
import { sessionOfBody } from './session-of.js'

/** Sends text, a card or a location to one of the account's chats. @see docs/protocol.md §6.2 */
export function webwxsendmsg(exchange: Exchange): Response {
  const sending = acceptSending(exchange)
  const { Content: text } = sending.fields
  if (typeof text !== 'string') throw new Refusal(RET.badParameter, 'Content is not a string')
  return deliver(exchange, sending, inlineContent(exchange, sending.type, text))
}

/** Recalls one of the account's messages within two minutes. @see docs/protocol.md §6.10 */
export function webwxrevokemsg(exchange: Exchange): Response {
  const session = sessionOfBody(exchange)
  const { core, body } = exchange
  const chatId = session.names.idOf(scalarText(body.ToUserName))
  const message =
    chatId === undefined ? undefined : core.world.conversations.get(chatId)?.find(scalarText(body.SvrMsgId))
  if (!message || message.speaker !== core.world.owner.id || message.recalled) {
    throw new Refusal(RET.badParameter, 'SvrMsgId is not a message from the account to ToUserName')
  }
  if (typeof body.SvrMsgId !== 'string')
    exchange.warn('6.10', 'SvrMsgId is not a string; a number loses its last digits')
  if (core.clock.now() - message.at > RECALL_WINDOW_MS) {
    throw new Refusal(RET.logicError, 'the message is older than two minutes')
  }
  core.traffic.join(exchange.entry, [message.id])
  core.world.recall(message, { by: core.world.owner.id, byProgram: true })
  return exchange.ok()
}

function inlineContent(exchange: Exchange, type: number, text: string): Content {
  switch (type) {
    case MSG_TYPE.text:
      return { kind: 'text', text }
    case MSG_TYPE.card:
      return readCard(text)
    case MSG_TYPE.location:
      return readLocation(text)
    default:
      exchange.warn('6.2', `Type ${type} is not supported by webwxsendmsg`)
      return { kind: 'unknown', msgType: type, appMsgType: 0, content: text, fields: {} }
  }
}

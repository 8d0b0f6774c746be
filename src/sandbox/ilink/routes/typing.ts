import { RET } from '../../../transports/ilink/wire/codes.js'
import { TYPING } from '../../../transports/ilink/wire/message.js'
import { type IlinkExchange, IlinkRefusal } from '../http/exchange.js'
import { opaque } from '../tokens.js'

/** Returns the ticket for the typing indicator. @see docs/ilink.md §5 */
export function getconfig(exchange: IlinkExchange): Response {
  const { binding, service } = exchange
  requireUser(exchange)
  if (exchange.body.ilink_user_id !== service.userId || !binding.hasConversation) {
    throw new IlinkRefusal(RET.noConversation, 'GetTypingTicket rpc failed', 'there is no conversation with this user')
  }
  binding.typingTicket ??= opaque(60)
  return exchange.ok({ typing_ticket: binding.typingTicket })
}

/** Shows or hides the typing indicator. @see docs/ilink.md §5 */
export function sendtyping(exchange: IlinkExchange): Response {
  const { binding, service, body } = exchange
  requireUser(exchange)
  const { typing_ticket: ticket, status } = body
  const isOwner = body.ilink_user_id === service.userId
  if (!isOwner || binding.typingTicket === undefined || ticket !== binding.typingTicket) {
    exchange.warn('5', 'typing_ticket was not issued for this user')
  }
  if (status !== undefined && status !== TYPING.on && status !== TYPING.off) {
    exchange.warn('5', 'status is neither 1 nor 2')
  }
  if (!isOwner) return exchange.ok()
  binding.isTyping = status !== TYPING.off
  binding.typingAt = exchange.nowMs
  service.changed()
  return exchange.ok()
}

function requireUser({ body }: IlinkExchange): void {
  const { ilink_user_id: user } = body
  if (typeof user === 'string' && user !== '') return
  throw new IlinkRefusal(RET.refused, 'ilink_user_id required', 'ilink_user_id is missing')
}

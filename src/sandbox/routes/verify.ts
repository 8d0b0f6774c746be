import { VERIFY_OPCODE } from '../../transports/web/wire/contact.js'
import { RET } from '../../transports/web/wire/ret.js'
import { fieldsOf, scalarText } from '../read/fields.js'
import type { Exchange } from './exchange.js'
import { Refusal } from './refusal.js'
import { sessionOfBody } from './session-of.js'

/**
 * Follows an official account, or sends, accepts or rejects a friend request. A request sent by the program is accepted
 * immediately. Accepting requires a pending request and its ticket. @see docs/protocol.md §4.4
 */
export function webwxverifyuser(exchange: Exchange): Response {
  const session = sessionOfBody(exchange)
  const { body, core } = exchange
  const { world } = core
  const [entry]: unknown[] = Array.isArray(body.VerifyUserList) ? body.VerifyUserList : []
  const { Value, VerifyUserTicket } = fieldsOf(entry)
  const id = session.names.idOf(scalarText(Value))
  const person = id === undefined ? undefined : world.people.get(id)
  if (!person || person === world.owner)
    throw new Refusal(RET.badParameter, 'Value is not a person or account that can be added')
  if (body.skey !== session.skey) exchange.warn('4.4', 'skey next to BaseRequest is missing or wrong')
  if (body.VerifyUserListSize !== 1) exchange.warn('4.4', 'VerifyUserListSize is not 1')
  const ticket = world.requests.get(person.id)
  switch (body.Opcode) {
    case VERIFY_OPCODE.add:
      if (person.kind !== 'official')
        throw new Refusal(RET.logicError, 'only official accounts can be added without a request')
      world.befriend(person)
      break
    case VERIFY_OPCODE.request:
      world.befriend(person, world.texts.friendAdded(person.name))
      break
    case VERIFY_OPCODE.accept:
      if (!ticket || (VerifyUserTicket !== '' && VerifyUserTicket !== ticket)) {
        throw new Refusal(RET.ticketError, 'this person has not sent a request, or the ticket is wrong')
      }
      if (VerifyUserTicket === '') exchange.warn('4.4', 'VerifyUserTicket is missing')
      world.befriend(person, world.texts.friendAdded(person.name))
      break
    case VERIFY_OPCODE.reject:
      world.requests.delete(person.id)
      break
    default:
      throw new Refusal(RET.badParameter, 'Opcode is not a number from 1 to 4')
  }
  return exchange.ok()
}

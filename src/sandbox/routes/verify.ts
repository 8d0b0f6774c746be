import { VERIFY_OPCODE } from '../../transports/web/wire/contact.js'
import { RET } from '../../transports/web/wire/ret.js'
import { fieldsOf } from '../read/fields.js'
import type { Exchange } from './exchange.js'
import { Refusal } from './refusal.js'
import { sessionOfBody } from './session-of.js'

/**
 * Adds, asks, accepts or rejects. Who is asked accepts at once; who is accepted must have asked, with the ticket of
 * that request. @see docs/protocol.md §4.4
 */
export function webwxverifyuser(exchange: Exchange): Response {
  const session = sessionOfBody(exchange)
  const { body, core } = exchange
  const { world } = core
  const [entry]: unknown[] = Array.isArray(body.VerifyUserList) ? body.VerifyUserList : []
  const { Value, VerifyUserTicket } = fieldsOf(entry)
  const id = session.names.idOf(String(Value))
  const person = id === undefined ? undefined : world.people.get(id)
  if (!person || person === world.owner) throw new Refusal(RET.badParameter, 'Value is nobody who can be added')
  if (body.skey !== session.skey) exchange.warn('4.4', 'skey is missing beside BaseRequest')
  if (body.VerifyUserListSize !== 1) exchange.warn('4.4', 'VerifyUserListSize is not 1')
  const request = world.requests.get(person.id)
  switch (body.Opcode) {
    case VERIFY_OPCODE.add:
      if (person.kind !== 'official')
        throw new Refusal(RET.logicError, 'only official accounts are added without asking')
      world.befriend(person)
      break
    case VERIFY_OPCODE.request:
      world.befriend(person, `你已添加了${person.name}，现在可以开始聊天了。`)
      break
    case VERIFY_OPCODE.accept:
      if (!request || (VerifyUserTicket !== '' && VerifyUserTicket !== request)) {
        throw new Refusal(RET.ticketError, 'this person did not ask, or the ticket is another')
      }
      if (VerifyUserTicket === '') exchange.warn('4.4', 'the ticket of the request is missing')
      world.befriend(person, `你已添加了${person.name}，现在可以开始聊天了。`)
      break
    case VERIFY_OPCODE.reject:
      world.requests.delete(person.id)
      break
    default:
      throw new Refusal(RET.badParameter, 'Opcode is not 1 to 4')
  }
  return exchange.ok()
}

import { OPLOG_COMMAND } from '../../transports/web/wire/contact.js'
import { RET } from '../../transports/web/wire/ret.js'
import { scalarText } from '../read/fields.js'
import type { Exchange } from './exchange.js'
import { Refusal } from './refusal.js'
import { sessionOfBody } from './session-of.js'

/** Sets a remark, or pins or unpins a chat. @see docs/protocol.md §4.5 */
export function webwxoplog(exchange: Exchange): Response {
  const session = sessionOfBody(exchange)
  const { body, core } = exchange
  const id = session.names.idOf(scalarText(body.UserName))
  const person = id === undefined ? undefined : core.world.people.get(id)
  const group = id === undefined ? undefined : core.world.groups.get(id)
  const contact = person?.isContact ? person : group
  if (!contact) throw new Refusal(RET.badParameter, 'UserName is not a contact')
  if (body.CmdId === OPLOG_COMMAND.remark) {
    if (!person) throw new Refusal(RET.badParameter, 'a group cannot have a remark')
    if (typeof body.RemarkName !== 'string') throw new Refusal(RET.badParameter, 'RemarkName is not a string')
    core.world.setRemark(person, body.RemarkName)
  } else if (body.CmdId === OPLOG_COMMAND.pin) {
    if (body.OP !== 0 && body.OP !== 1) throw new Refusal(RET.badParameter, 'OP is neither 0 nor 1')
    if (typeof body.RemarkName !== 'string') exchange.warn('4.5', 'RemarkName is missing; send the current remark')
    core.world.setPinned(contact, body.OP === 1)
  } else {
    throw new Refusal(RET.badParameter, 'CmdId is neither 2 nor 3')
  }
  return exchange.ok()
}

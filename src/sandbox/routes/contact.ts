import type { BatchContactReply, GetContactReply, WireContact } from '../../transports/web/wire/contact.js'
import { RET } from '../../transports/web/wire/ret.js'
import { checkBatchGetContact, checkGetContact } from '../conformance/contact.js'
import { encodeGroup, encodePerson, encodeStub } from '../encode/contact.js'
import { avatarPicture } from '../encode/picture.js'
import { fieldsOf, scalarText } from '../read/fields.js'
import type { Session } from '../session/session.js'
import { answer, baseResponse, type Exchange } from './exchange.js'
import { Refusal } from './refusal.js'
import { sessionOfBody, sessionOfQuery } from './session-of.js'

/** Returns a page of the address book. `Seq` is the start of the next page. @see docs/protocol.md §4.1 */
export function webwxgetcontact(exchange: Exchange): Response {
  const session = sessionOfQuery(exchange)
  checkGetContact(exchange, session, exchange.cookies)
  const seq = Number(exchange.query('seq') || 0)
  if (!Number.isInteger(seq) || seq < 0) throw new Refusal(RET.badParameter, 'seq is not a number')
  const size = exchange.core.settings.contactPageSize
  const ids = addressBook(exchange)
  const page = ids.slice(seq, seq + size)
  const next = seq + page.length < ids.length ? seq + page.length : 0
  session.memory.nextSeq = next
  const contacts = page.map((id) => contactOf(exchange, session, id))
  const reply: GetContactReply = {
    BaseResponse: baseResponse(),
    MemberCount: contacts.length,
    MemberList: contacts,
    Seq: next,
  }
  return exchange.json(reply)
}

/** Returns the contacts in the requested order, with a stub for each unknown name. @see docs/protocol.md §4.2 */
export function webwxbatchgetcontact(exchange: Exchange): Response {
  const session = sessionOfBody(exchange)
  const { List, Count } = exchange.body
  if (!Array.isArray(List)) throw new Refusal(RET.badParameter, 'List is not an array')
  const entries = List.map((entry: unknown) => {
    const { UserName, EncryChatRoomId } = fieldsOf(entry)
    return { userName: scalarText(UserName), roomId: EncryChatRoomId }
  })
  checkBatchGetContact(exchange, session, Count, entries)
  const contacts = entries.map(({ userName, roomId }) => detailsOf(exchange, session, userName, roomId))
  const reply: BatchContactReply = { BaseResponse: baseResponse(), Count: contacts.length, ContactList: contacts }
  return exchange.json(reply)
}

/** Returns the avatar of a person or group. @see docs/protocol.md §4.3 */
export function avatar(exchange: Exchange): Response {
  const session = sessionOfQuery(exchange)
  const id = session.names.idOf(exchange.query('username') || exchange.query('userName'))
  if (id === undefined) return answer('Unknown UserName.', 'text/plain', new Headers(), 404)
  return exchange.picture(avatarPicture(id, exchange.query('type') === 'big' ? 48 : 16), 'image/jpeg')
}

/** Returns ids in insertion order, so that a new contact does not move entries from one page to another. */
function addressBook(exchange: Exchange): string[] {
  const { world } = exchange.core
  const people = [...world.people.values()].filter((person) => person.isContact).map((person) => person.id)
  const groups = [...world.groups.values()].filter((group) => group.saved && world.member(group, world.owner.id))
  return [...people, ...groups.map((group) => group.id)]
}

/** Encodes an entry of the address book. Groups do not include their members here. */
function contactOf(exchange: Exchange, session: Session, id: string): WireContact {
  const { world } = exchange.core
  session.known.add(id)
  const group = world.groups.get(id)
  if (group) return encodeGroup(world, session, group, 'none')
  const person = world.people.get(id)
  return person ? encodePerson(world, session, person) : encodeStub(session.names.of(id))
}

function detailsOf(exchange: Exchange, session: Session, userName: string, roomId: unknown): WireContact {
  const { world } = exchange.core
  const id = session.names.idOf(userName)
  const group = id === undefined ? undefined : world.groups.get(id)
  if (group && world.member(group, world.owner.id)) {
    session.known.add(group.id)
    return encodeGroup(world, session, group, 'full')
  }
  const person = id === undefined ? undefined : world.people.get(id)
  if (!person) return encodeStub(userName)
  session.known.add(person.id)
  const room = [...world.groups.values()].find(
    (group) => session.names.roomIdOf(group.id) === roomId || session.names.of(group.id) === roomId,
  )
  return encodePerson(world, session, person, room)
}

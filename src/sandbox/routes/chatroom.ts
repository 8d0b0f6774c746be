import {
  type CreateChatroomReply,
  UPDATE_CHATROOM_FIELD,
  type UpdateChatroomFun,
  type UpdateChatroomReply,
} from '../../transports/web/wire/chatroom.js'
import { RET } from '../../transports/web/wire/ret.js'
import { encodeContent } from '../encode/content.js'
import { encodeMember } from '../encode/member.js'
import { fieldsOf, scalarText } from '../read/fields.js'
import type { Session } from '../session/session.js'
import type { Group } from '../world/group.js'
import type { Person } from '../world/person.js'
import { baseResponse, type Exchange } from './exchange.js'
import { Refusal } from './refusal.js'
import { sessionOfBody } from './session-of.js'

const GROUPS_PER_MINUTE = 10
const MINUTE_MS = 60_000

/** Creates a group that consists of the account and at least two friends. @see docs/protocol.md §4.6 */
export function webwxcreatechatroom(exchange: Exchange): Response {
  const session = sessionOfBody(exchange)
  const { body, core } = exchange
  if (!Array.isArray(body.MemberList)) throw new Refusal(RET.badParameter, 'MemberList is not an array')
  if (body.MemberCount !== body.MemberList.length) exchange.warn('4.6', 'MemberCount is not the length of MemberList')
  const names = body.MemberList.map((entry: unknown) => scalarText(fieldsOf(entry).UserName))
  const people = requireFriends(exchange, session, names)
  if (people.length < 2) throw new Refusal(RET.badParameter, 'a group needs at least two other members')
  limitGroups(exchange, session)
  const topic = scalarText(body.Topic)
  const group = core.world.makeGroup(topic, people)
  const reply: CreateChatroomReply = {
    BaseResponse: baseResponse(),
    ChatRoomName: session.names.of(group.id),
    Topic: encodeContent(topic),
    PYInitial: '',
    QuanPin: '',
    BlackList: '',
    MemberCount: people.length,
    MemberList: people.map((person) => encodeMember(core.world, session, { id: person.id, displayName: '' }, 'full')),
  }
  return exchange.json(reply)
}

/** Renames a group, or adds, invites or removes members. @see docs/protocol.md §4.7 */
export function webwxupdatechatroom(exchange: Exchange): Response {
  const session = sessionOfBody(exchange)
  const { world, settings } = exchange.core
  const group = world.groups.get(session.names.idOf(scalarText(exchange.body.ChatRoomName)) ?? '')
  if (!group || !world.member(group, world.owner.id)) {
    throw new Refusal(RET.badParameter, 'ChatRoomName is not a group that the account is in')
  }
  const fun = operation(exchange)
  const value = exchange.body[UPDATE_CHATROOM_FIELD[fun]]
  if (fun === 'modtopic') {
    if (typeof value !== 'string') throw new Refusal(RET.badParameter, 'NewTopic is not a string')
    if (group.renameBy === 'owner') requireOwner(exchange, group)
    world.rename(group, value, world.owner.id)
    return updateReply(exchange, session, [])
  }
  const names = nameList(exchange, value)
  if (names.length === 0) throw new Refusal(RET.badParameter, 'the list of members is empty')
  if (fun === 'delmember') {
    requireOwner(exchange, group)
    const people = names.map((name) => {
      const person = world.people.get(session.names.idOf(name) ?? '')
      if (person && person !== world.owner && world.member(group, person.id)) return person
      throw new Refusal(RET.badParameter, 'DelMemberList contains a UserName that is not a member')
    })
    world.removeMembers(group, people)
    return updateReply(exchange, session, people)
  }
  const people = requireFriends(exchange, session, names)
  const size = group.members.length + people.length
  if (fun === 'addmember' && size > settings.inviteStartCount) {
    throw new Refusal(RET.logicError, `a group of more than ${settings.inviteStartCount} members requires invitemember`)
  }
  if (fun === 'addmember' && size === settings.inviteStartCount) {
    exchange.warn('15', 'addmember was used to bring the group to InviteStartCount members; use invitemember')
  }
  world.addMembers(group, people)
  return updateReply(exchange, session, people)
}

/** Returns the operation in the query or, if it is missing, infers the operation from the body. */
function operation(exchange: Exchange): UpdateChatroomFun {
  const known = Object.keys(UPDATE_CHATROOM_FIELD) as UpdateChatroomFun[]
  const requested = known.find((fun) => fun === exchange.query('fun'))
  if (requested) return requested
  const inferred = known.find((fun) => exchange.body[UPDATE_CHATROOM_FIELD[fun]] !== undefined)
  if (!inferred || exchange.query('fun') !== '') throw new Refusal(RET.badParameter, 'fun is unknown')
  exchange.warn('15', 'fun is missing from the query')
  return inferred
}

function nameList(exchange: Exchange, value: unknown): string[] {
  if (typeof value === 'string') return value.split(',').filter(Boolean)
  if (!Array.isArray(value)) throw new Refusal(RET.badParameter, 'the list of members is missing')
  exchange.warn('15', 'the list of members is an array; send a comma-separated string')
  return value.map((entry: unknown) => scalarText(fieldsOf(entry).UserName ?? entry))
}

/** Returns the friends with these UserNames. Refuses the request if one of them is not a friend. */
function requireFriends(exchange: Exchange, session: Session, names: string[]): Person[] {
  const { world } = exchange.core
  return [...new Set(names)].map((name) => {
    const person = world.people.get(session.names.idOf(name) ?? '')
    if (person?.kind !== 'person' || !person.isContact || person === world.owner) {
      throw new Refusal(RET.notFriend, 'one of the members is not a friend')
    }
    return person
  })
}

function requireOwner(exchange: Exchange, group: Group): void {
  if (group.ownerId !== exchange.core.world.owner.id) {
    throw new Refusal(RET.logicError, "only the group's owner may do this")
  }
}

function updateReply(exchange: Exchange, session: Session, people: Person[]): Response {
  const { world } = exchange.core
  const reply: UpdateChatroomReply = {
    BaseResponse: baseResponse(),
    MemberCount: people.length,
    MemberList: people.map((person) => encodeMember(world, session, { id: person.id, displayName: '' }, 'full')),
  }
  return exchange.json(reply)
}

/** Refuses with 1205 if too many groups were created within a minute. */
function limitGroups(exchange: Exchange, session: Session): void {
  if (exchange.core.settings.floodLimit === false) return
  const now = exchange.core.clock.now()
  while (session.groupsMade[0] !== undefined && session.groupsMade[0] <= now - MINUTE_MS) session.groupsMade.shift()
  if (session.groupsMade.length >= GROUPS_PER_MINUTE)
    throw new Refusal(RET.tooFrequent, 'too many new groups; wait a minute before creating more')
  session.groupsMade.push(now)
}

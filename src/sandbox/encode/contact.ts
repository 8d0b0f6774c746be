import { API_PATH } from '../../transports/web/wire/constants.js'
import { CONTACT_FLAG, type WireContact, type WireUser } from '../../transports/web/wire/contact.js'
import type { Session } from '../session/session.js'
import type { Group } from '../world/group.js'
import type { Person } from '../world/person.js'
import type { World } from '../world/world.js'
import { encodeContent } from './content.js'
import { ATTR_STATUS, encodeMember, type MemberDetail } from './member.js'

/**
 * Encodes a person, an official account or a built-in account as a contact with all fields. @see docs/protocol.md §9.2
 */
export function encodePerson(world: World, session: Session, person: Person, group?: Group): WireContact {
  const isPerson = person.kind === 'person'
  return {
    ...EMPTY_CONTACT,
    Uin: person === world.owner ? person.uin : 0,
    UserName: session.names.of(person.id),
    NickName: encodeContent(person.name),
    RemarkName: encodeContent(person.remark),
    DisplayName: encodeContent((group && world.member(group, person.id)?.displayName) ?? ''),
    HeadImgUrl: iconUrl(session, person),
    ContactFlag: personFlags(world, person),
    VerifyFlag: person.verifyFlag,
    Sex: person.sex,
    Province: encodeContent(person.province),
    City: encodeContent(person.city),
    Signature: encodeContent(person.signature),
    Alias: encodeContent(person.alias),
    PYInitial: person.initials,
    PYQuanPin: person.pinyin,
    RemarkPYInitial: person.remarkInitials,
    RemarkPYQuanPin: person.remarkPinyin,
    StarFriend: Number(person.starred),
    AttrStatus: isPerson ? ATTR_STATUS : 0,
    SnsFlag: isPerson ? 17 : 0,
    KeyWord: person.id.slice(0, 3),
  }
}

/** Encodes a group as a contact. @see docs/protocol.md §4.2, §9.2 */
export function encodeGroup(world: World, session: Session, group: Group, detail: MemberDetail | 'none'): WireContact {
  const isAccountMember = world.member(group, world.owner.id) !== undefined
  const owner = world.people.get(group.ownerId)
  return {
    ...EMPTY_CONTACT,
    UserName: session.names.of(group.id),
    NickName: encodeContent(group.topic),
    HeadImgUrl: `${API_PATH}webwxgetheadimg?seq=${group.avatarSeq}&username=${session.names.of(group.id)}&skey=`,
    ContactFlag: groupFlags(group, isAccountMember),
    MemberCount: detail === 'none' ? 0 : group.members.length,
    MemberList: detail === 'none' ? [] : group.members.map((member) => encodeMember(world, session, member, detail)),
    Statues: Number(!group.muted),
    EncryChatRoomId: detail === 'full' || detail === 'uins' ? session.names.roomIdOf(group.id) : '',
    OwnerUin: owner && (owner === world.owner || detail === 'uins') ? owner.uin : 0,
    IsOwner: Number(owner === world.owner),
  }
}

/**
 * Encodes a group for `ModContactList`, including its owner and, after a pin, all uins.
 * @see docs/protocol.md §4.5, §5.2
 */
export function encodeChangedGroup(world: World, session: Session, group: Group, uins: boolean): WireContact {
  return {
    ...encodeGroup(world, session, group, uins ? 'uins' : 'full'),
    ChatRoomOwner: session.names.of(group.ownerId),
    HeadImgUpdateFlag: 1,
    ContactType: 0,
  }
}

/** Encodes the contact that is returned for an unknown UserName. @see docs/protocol.md §4.2 */
export function encodeStub(userName: string): WireContact {
  return { ...EMPTY_CONTACT, UserName: userName }
}

/** Encodes the account's own `User`. @see docs/protocol.md §9.3 */
export function encodeUser(world: World, session: Session): WireUser {
  const { owner } = world
  return {
    ...EMPTY_USER,
    Uin: owner.uin,
    UserName: session.names.of(owner.id),
    NickName: encodeContent(owner.name),
    HeadImgUrl: iconUrl(session, owner),
    Sex: owner.sex,
    Signature: encodeContent(owner.signature),
    HeadImgFlag: 1,
    SnsFlag: 17,
  }
}

function iconUrl(session: Session, person: Person): string {
  return `${API_PATH}webwxgeticon?seq=${person.avatarSeq}&username=${session.names.of(person.id)}&skey=${session.skey}`
}

function personFlags(world: World, person: Person): number {
  if (person === world.owner) return 7
  if (!person.isContact) return 0
  let flags: number = CONTACT_FLAG.contact
  if (person.pinned || world.conversations.has(person.id)) flags |= CONTACT_FLAG.chatContact
  if (person.starred) flags |= CONTACT_FLAG.starred
  if (person.pinned) flags |= CONTACT_FLAG.pinned
  if (person.muted) flags |= CONTACT_FLAG.muted
  return flags
}

function groupFlags(group: Group, isAccountMember: boolean): number {
  if (!isAccountMember) return 0
  let flags: number = CONTACT_FLAG.chatContact | (group.saved ? CONTACT_FLAG.contact : 0)
  if (group.pinned) flags |= CONTACT_FLAG.pinned
  return flags
}

/** The `User` in a refused reply of `webwxinit`. @see docs/protocol.md §2.5 */
export const EMPTY_USER: WireUser = {
  Uin: 0,
  UserName: '',
  NickName: '',
  HeadImgUrl: '',
  RemarkName: '',
  PYInitial: '',
  PYQuanPin: '',
  RemarkPYInitial: '',
  RemarkPYQuanPin: '',
  HideInputBarFlag: 0,
  StarFriend: 0,
  Sex: 0,
  Signature: '',
  AppAccountFlag: 0,
  VerifyFlag: 0,
  ContactFlag: 0,
  WebWxPluginSwitch: 0,
  HeadImgFlag: 0,
  SnsFlag: 0,
}

const EMPTY_CONTACT: WireContact = {
  Uin: 0,
  UserName: '',
  NickName: '',
  RemarkName: '',
  DisplayName: '',
  HeadImgUrl: '',
  ContactFlag: 0,
  VerifyFlag: 0,
  MemberCount: 0,
  MemberList: [],
  Sex: 0,
  Province: '',
  City: '',
  Signature: '',
  Alias: '',
  PYInitial: '',
  PYQuanPin: '',
  RemarkPYInitial: '',
  RemarkPYQuanPin: '',
  StarFriend: 0,
  AppAccountFlag: 0,
  Statues: 0,
  AttrStatus: 0,
  SnsFlag: 0,
  UniFriend: 0,
  ChatRoomId: 0,
  KeyWord: '',
  EncryChatRoomId: '',
  HideInputBarFlag: 0,
  OwnerUin: 0,
  IsOwner: 0,
}

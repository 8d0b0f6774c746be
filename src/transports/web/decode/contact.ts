import type { ContactActions } from '../../../contact/actions.js'
import { type ChatroomMember, describeMember, type MembersChange, replaceMembers } from '../../../contact/chatroom.js'
import {
  Chatroom,
  type Contact,
  describeContact,
  fillContact,
  MassivePlatform,
  User,
} from '../../../contact/contact.js'
import type { ContactFields, FieldChange, MemberFields } from '../../../contact/fields.js'
import { type Dict, dict, int, list, text } from '../../../util/read.js'
import { isShadow } from '../../../util/spelling.js'
import { VERIFY_FLAG } from '../wire/contact.js'
import { SPECIAL_USERNAMES } from '../wire/message.js'
import { WORDS } from '../wire/words.js'
import { isGroup } from './group.js'
import { decodeText } from './text.js'

/** What a contact or member has until the server says otherwise. @see docs/protocol.md §9.2 */
const CONTACT = {
  UserName: '',
  NickName: '',
  RemarkName: '',
  DisplayName: '',
  HeadImgUrl: '',
  ContactFlag: 0,
  VerifyFlag: 0,
  MemberCount: 0,
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
  IsOwner: 0,
} satisfies Omit<ContactFields, 'Uin' | 'OwnerUin'> & { IsOwner: number }

const MEMBER = {
  UserName: '',
  NickName: '',
  AttrStatus: 0,
  PYInitial: '',
  PYQuanPin: '',
  RemarkPYInitial: '',
  RemarkPYQuanPin: '',
  MemberStatus: 0,
  DisplayName: '',
  KeyWord: '',
} satisfies Omit<MemberFields, 'Uin'>

const CONTACT_WORDS: ReadonlySet<string> = new Set(WORDS.contact)

/** What only a reply with a group's members tells; others send it empty. */
const GROUP_DETAILS = ['MemberCount', 'EncryChatRoomId', 'IsOwner', 'OwnerUin'] as const

/** A contact as the server described it. */
export interface ContactEntry {
  userName: string
  /** What was sent; the rest is not known to have changed. */
  fields: Partial<ContactFields>
  /** The membership of a group; absent when this reply does not contain it. */
  members?: MemberFields[]
  /** `members` is a part of the membership: the server counts more, or some entries cannot be read. */
  isPartial?: boolean
  /**
   * No members: as the answer to a question about this group, this account is not in it any more. Everywhere else it means
   * nothing.
   */
  isEmptied?: boolean
  /** Nothing but a UserName: what the server answers for a name it does not know. @see docs/protocol.md §4.2 */
  isStub: boolean
}

/** What an entry changed. */
export interface ContactChange extends MembersChange {
  fields: FieldChange[]
}

/**
 * Reads a contact as the server sent it.
 *
 * @returns `undefined` when there is no UserName
 */
export function readContact(value: unknown): ContactEntry | undefined {
  return readEntry(value, decodeText)
}

/** The same for fields of a contact that were decoded and saved. */
export function readSavedContact(value: unknown): ContactEntry | undefined {
  return readEntry(value, (words) => words)
}

function readEntry(value: unknown, decode: Decode): ContactEntry | undefined {
  const sent = dict(value)
  const fields: Partial<ContactFields> = readFields(CONTACT, sent, decode)
  const userName = fields.UserName ?? ''
  if (userName === '') return undefined
  if (!isGroup(userName)) return { userName, fields, isStub: isEmpty(fields) }
  const members = readMembers(sent, decode)
  const memberCount = int(sent.MemberCount)
  if (!members) for (const key of GROUP_DETAILS) delete (fields as Dict)[key]
  // Who is no longer the owner must not stay it.
  else if (!('OwnerUin' in fields)) (fields as Dict).OwnerUin = undefined
  if (fields.EncryChatRoomId === '' || fields.EncryChatRoomId === '0') delete fields.EncryChatRoomId
  if (!members) {
    const isEmptied = memberCount === 0 && Array.isArray(sent.MemberList) && sent.MemberList.length === 0
    return { userName, fields, isStub: isEmpty(fields), isEmptied }
  }
  const readable = new Set(members.map((member) => member.UserName))
  const isPartial = readable.size < (memberCount ?? 0) || members.length < list(sent.MemberList).length
  return { userName, fields, members, isPartial, isStub: false }
}

/**
 * The object for a contact the server described for the first time.
 *
 * @returns `undefined` when it has no UserName
 */
export function createContact(sent: unknown, actions: ContactActions): Contact | undefined {
  const entry = readContact(sent)
  return entry && contactOf(entry, actions)
}

/** The object for a contact that was not known. */
export function contactOf(entry: ContactEntry, actions: ContactActions): Contact {
  const contact = new (kindOf(entry.userName, entry.fields.VerifyFlag ?? 0))(actions)
  fillContact(contact, { ...CONTACT, ...entry.fields })
  if (contact instanceof Chatroom && entry.members) replaceMembers(contact, entry.members)
  return contact
}

/** Brings a contact up to date; what was not sent stays, what was sent empty becomes empty. */
export function applyContact(contact: Contact, { fields: sent, members, isPartial }: ContactEntry): ContactChange {
  const fields = describeContact(contact, sent)
  if (!members || !(contact instanceof Chatroom)) return { ...NOBODY_CHANGED, fields }
  const all = isPartial ? withOthers(contact, members) : members
  return { ...replaceMembers(contact, all), fields }
}

/** Members that a part of the list does not mention stay. */
function withOthers(room: Chatroom, members: readonly MemberFields[]): MemberFields[] {
  const mentioned = new Set(members.map((member) => member.UserName))
  return [...room.memberList.filter((member) => !mentioned.has(member.UserName)), ...members]
}

/** Brings a member up to date with details asked for by the group's `EncryChatRoomId`. @see docs/protocol.md §4.2 */
export function applyMember(member: ChatroomMember, value: unknown): FieldChange[] {
  const sent: Dict = readFields({ ...CONTACT, ...MEMBER }, dict(value), decodeText)
  // The name in the group comes with the group; here it may be missing.
  if (sent.DisplayName === '') delete sent.DisplayName
  return describeMember(member, sent)
}

/** Whether a contact that was known has become one of another kind. */
export function isOtherKind(contact: Contact, { userName, fields }: ContactEntry): boolean {
  return !(contact instanceof kindOf(userName, fields.VerifyFlag ?? contact.VerifyFlag))
}

const NOBODY_CHANGED: MembersChange = { joined: [], left: [], isChanged: false }

/** What they send is read like an official account's; `filehelper` is the owner's own notebook. @see docs/protocol.md §9.8 */
const SERVICES: ReadonlySet<string> = new Set(SPECIAL_USERNAMES.filter((name) => name !== 'filehelper'))

/** @see docs/protocol.md §9.6 */
function kindOf(userName: string, verifyFlag: number): typeof User | typeof MassivePlatform | typeof Chatroom {
  if (isGroup(userName)) return Chatroom
  if (SERVICES.has(userName)) return MassivePlatform
  return verifyFlag & VERIFY_FLAG.official ? MassivePlatform : User
}

function isEmpty(fields: Partial<ContactFields>): boolean {
  return !fields.NickName && !fields.HeadImgUrl && !fields.ContactFlag
}

/** Lists without names, or none at all, come for groups not looked at yet; they say nothing of who is in. */
function readMembers(sent: Dict, decode: Decode): MemberFields[] | undefined {
  const members = list(sent.MemberList)
    .map((member) => readFields(MEMBER, dict(member), decode, { ...MEMBER }) as MemberFields)
    .filter((member) => member.UserName !== '')
  return members.some((member) => member.NickName !== '') ? members : undefined
}

type Decode = (words: string) => string

/** The fields that were sent, of the documented types, with the undocumented ones as they are. */
function readFields<T extends object>(
  template: T,
  sent: Dict,
  decode: Decode,
  fields: Dict = {},
): Partial<T> & { Uin?: string; OwnerUin?: string } {
  for (const key of Object.keys(sent)) {
    const value = sent[key]
    // As a key like others it would put what it holds behind every field that was not sent.
    if (key === 'MemberList' || key === '__proto__' || isShadow(key, sent, CONTACT_KEYS)) continue
    const sample: unknown = (template as Dict)[key]
    if (UINS.has(key)) {
      // 0 says that it is not told, not that there is none.
      if (UIN.test(text(value))) fields[key] = text(value)
    } else if (typeof sample === 'number') {
      // A value that cannot be read is not known to have changed.
      const number = int(value)
      if (number !== undefined) fields[key] = number
    } else if (typeof sample === 'string' || CONTACT_WORDS.has(key)) {
      if (typeof value !== 'string' && typeof value !== 'number') continue
      fields[key] = CONTACT_WORDS.has(key) ? decode(text(value)) : text(value)
    } else fields[key] = value
  }
  return fields as Partial<T> & { Uin?: string; OwnerUin?: string }
}

const UINS: ReadonlySet<string> = new Set(['Uin', 'OwnerUin'])
const CONTACT_KEYS: ReadonlySet<string> = new Set([...Object.keys({ ...CONTACT, ...MEMBER }), ...UINS, 'MemberList'])
const UIN = /^[1-9]\d{0,19}$/

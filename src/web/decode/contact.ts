import type { ContactActions } from '../../contact/actions.js'
import {
  Chatroom,
  type Contact,
  type ContactFields,
  MassivePlatform,
  type MemberFields,
  replaceMembers,
  User,
  updateContact,
} from '../../contact/contact.js'
import { type Dict, dict, int, list, text } from '../../util/read.js'
import { VERIFY_FLAG } from '../wire/contact.js'
import { isGroup } from './group.js'
import { decodeName } from './text.js'

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
  OwnerUin: 0,
  IsOwner: 0,
} satisfies Omit<ContactFields, 'Uin'>

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

const NAMES = new Set(['NickName', 'RemarkName', 'DisplayName'])

/**
 * The object for a contact the server described for the first time.
 *
 * @returns `undefined` when it has no UserName
 */
export function createContact(sent: unknown, actions: ContactActions): Contact | undefined {
  const fields = { ...CONTACT, ...readFields(CONTACT, dict(sent)) }
  if (fields.UserName === '') return undefined
  const contact = new (kindOf(fields.UserName, fields.VerifyFlag))(fields, actions)
  applyMembers(contact, dict(sent))
  return contact
}

/** Brings a contact up to date; what was not sent stays, what was sent empty becomes empty. */
export function applyContact(contact: Contact, sent: unknown): void {
  updateContact(contact, readFields(CONTACT, dict(sent)))
  applyMembers(contact, dict(sent))
}

/** @see docs/protocol.md §9.6 */
function kindOf(userName: string, verifyFlag: number): typeof User | typeof MassivePlatform | typeof Chatroom {
  if (isGroup(userName)) return Chatroom
  return verifyFlag & VERIFY_FLAG.official ? MassivePlatform : User
}

function applyMembers(contact: Contact, sent: Dict): void {
  if (!(contact instanceof Chatroom)) return
  const members = list(sent.MemberList)
    .map((member) => ({ ...MEMBER, ...readFields(MEMBER, dict(member)) }))
    .filter((member) => member.UserName !== '')
  // Lists without names, or none at all, come for groups not looked at yet; they say nothing of who is in.
  if (members.some((member) => member.NickName !== '')) replaceMembers(contact, members)
}

/** The fields that were sent, of the documented types, with the undocumented ones as they are. */
function readFields<T extends object>(template: T, sent: Dict): Partial<T> & { Uin?: string } {
  const fields: Dict = {}
  for (const [key, value] of Object.entries(sent)) {
    const sample: unknown = (template as Dict)[key]
    if (key === 'MemberList' || key === 'Uin') continue
    if (typeof sample === 'number') fields[key] = int(value, sample)
    else if (typeof sample === 'string') fields[key] = NAMES.has(key) ? decodeName(text(value)) : text(value)
    else fields[key] = value
  }
  const uin = text(sent.Uin)
  if (/^[1-9]\d{0,19}$/.test(uin)) fields.Uin = uin
  return fields as Partial<T> & { Uin?: string }
}

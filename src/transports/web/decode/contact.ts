import type { ContactTraits } from '../../../contact/fields.js'
import { CONTACT, LISTED_MEMBER, type MemberFields, type SentFields } from '../../../contact/fields.js'
import type { ContactEntry, ContactKind } from '../../../transport/contacts.js'
import { isShadow } from '../../../util/case-alias.js'
import { type Dict, dict, int, list, text } from '../../../util/read.js'
import { CONTACT_FLAG, VERIFY_FLAG } from '../wire/contact.js'
import { SPECIAL_USERNAMES } from '../wire/message.js'
import { TEXT_FIELDS } from '../wire/text-fields.js'
import { isGroup } from './group.js'
import { decodeText } from './text.js'

const MEMBER_DETAILS = { ...CONTACT, ...LISTED_MEMBER }

/** Fields that the server fills in only in replies that contain the group members. */
const GROUP_DETAILS = ['MemberCount', 'EncryChatRoomId', 'IsOwner', 'OwnerUin'] as const

/**
 * Reads a contact as the server sent it.
 *
 * @returns `undefined` when the UserName is missing
 */
export function readContact(value: unknown): ContactEntry | undefined {
  return readEntry(value, decodeText)
}

/** Reads the saved, already decoded fields of a contact. */
export function readSavedContact(value: unknown): ContactEntry | undefined {
  return readEntry(value, (text) => text)
}

/**
 * Reads a member's details, as requested with the group's `EncryChatRoomId` or sent after a change.
 *
 * @see docs/protocol.md §4.2
 */
export function readMember(value: unknown): ContactEntry | undefined {
  const fields = readFields(RULES.memberDetails, dict(value), decodeText)
  // The name in the group comes from the reply about the group. Here it may be missing.
  if (fields.DisplayName === '') delete fields.DisplayName
  return entryOf(fields)
}

/** Reads a member change from a sync: the details of one member or of a group. */
export function readMemberChange(value: unknown): ContactEntry | undefined {
  return isGroup(text(dict(value).UserName)) ? readContact(value) : readMember(value)
}

function readEntry(value: unknown, decode: Decode): ContactEntry | undefined {
  const sent = dict(value)
  const fields = readFields(RULES.contact, sent, decode)
  const entry = entryOf(fields)
  if (entry?.kind !== 'chatroom') return entry
  const members = readMembers(sent, decode)
  const memberCount = int(sent.MemberCount)
  if (!members) for (const key of GROUP_DETAILS) delete fields[key]
  // A former owner must not remain the owner.
  else if (!('OwnerUin' in fields)) fields.OwnerUin = undefined
  if (fields.EncryChatRoomId === '' || fields.EncryChatRoomId === '0') delete fields.EncryChatRoomId
  if (!members) {
    const isEmptied = memberCount === 0 && Array.isArray(sent.MemberList) && sent.MemberList.length === 0
    return { ...entry, isEmptied }
  }
  const readable = new Set(members.map((member) => member.UserName))
  const isPartial = readable.size < (memberCount ?? 0) || members.length < list(sent.MemberList).length
  return { ...entry, members, isPartial, isStub: false }
}

function entryOf(fields: SentFields): ContactEntry | undefined {
  const { UserName: userName = '' } = fields
  if (userName === '') return undefined
  const entry: ContactEntry = { userName, traits: traitsIn(userName, fields), fields, isStub: isStub(fields) }
  const kind = kindOf(userName, fields.VerifyFlag)
  if (kind) entry.kind = kind
  return entry
}

/** @see docs/protocol.md §9.5 */
function traitsIn(userName: string, { ContactFlag, Uin }: SentFields): Partial<ContactTraits> {
  const traits: Partial<ContactTraits> = { isBuiltIn: !userName.startsWith('@') }
  if (ContactFlag !== undefined) traits.isListed = (ContactFlag & CONTACT_FLAG.contact) !== 0
  if (Uin !== undefined) traits.permanentId = Uin
  return traits
}

/**
 * Built-in accounts treated as official accounts: all except `filehelper`, which is the user's own notebook.
 *
 * @see docs/protocol.md §9.8
 */
const SERVICES: ReadonlySet<string> = new Set(SPECIAL_USERNAMES.filter((name) => name !== 'filehelper'))

/** @see docs/protocol.md §9.6 */
function kindOf(userName: string, verifyFlag: number | undefined): ContactKind | undefined {
  if (isGroup(userName)) return 'chatroom'
  if (SERVICES.has(userName)) return 'massivePlatform'
  if (verifyFlag === undefined) return undefined
  return verifyFlag & VERIFY_FLAG.official ? 'massivePlatform' : 'user'
}

/**
 * Whether an entry contains only a UserName, as in the server's reply for an unknown name.
 *
 * @see docs/protocol.md §4.2
 */
function isStub(fields: SentFields): boolean {
  return !fields.NickName && !fields.HeadImgUrl && !fields.ContactFlag
}

/**
 * For groups that have not been opened yet, the server sends lists without names or without entries, which are ignored.
 */
function readMembers(sent: Dict, decode: Decode): MemberFields[] | undefined {
  const members = list(sent.MemberList)
    .map((member): MemberFields => {
      const fields: Dict & MemberFields = { ...LISTED_MEMBER }
      eachField(RULES.listedMember, dict(member), decode, (key, value) => {
        fields[key] = value
      })
      return fields
    })
    .filter((member) => member.UserName !== '')
  return members.some((member) => member.NickName !== '') ? members : undefined
}

type Decode = (text: string) => string

/** How a field is read. Fields without a rule are kept verbatim. */
type Rule = 'number' | 'text' | 'decoded' | 'uin'
type Rules = ReadonlyMap<string, Rule>

/** One lookup per field: a login reads millions of them. */
function rulesOf(template: object): Rules {
  const rules = new Map<string, Rule>()
  for (const [key, sample] of Object.entries(template)) rules.set(key, typeof sample === 'number' ? 'number' : 'text')
  for (const key of TEXT_FIELDS.contact) rules.set(key, 'decoded')
  for (const key of UINS) rules.set(key, 'uin')
  return rules
}

/** Returns the sent fields: documented fields with their documented type, all others verbatim. */
function readFields(rules: Rules, sent: Dict, decode: Decode): SentFields {
  const fields: [string, unknown][] = []
  eachField(rules, sent, decode, (key, value) => fields.push([key, value]))
  // Thirty assignments by key would produce an object with slow properties: copying it to the contact would take twice
  // as long.
  return Object.fromEntries(fields)
}

function eachField(rules: Rules, sent: Dict, decode: Decode, set: (key: string, value: unknown) => void): void {
  for (const key of Object.keys(sent)) {
    // Assigning `__proto__` would supply values for fields that were not sent.
    if (key === 'MemberList' || key === '__proto__') continue
    const rule = rules.get(key)
    if (rule === undefined && isShadow(key, sent, CONTACT_KEYS)) continue
    const value = rule === undefined ? sent[key] : readField(rule, sent[key], decode)
    if (value !== undefined) set(key, value)
  }
}

/** Returns `undefined` for an unreadable value, which leaves the field unchanged. */
function readField(rule: Rule, value: unknown, decode: Decode): unknown {
  if (rule === 'number') return int(value)
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  if (rule === 'text') return text(value)
  if (rule === 'decoded') return decode(text(value))
  // 0 means unknown.
  return UIN.test(text(value)) ? text(value) : undefined
}

const UINS: ReadonlySet<string> = new Set(['Uin', 'OwnerUin'])
const CONTACT_KEYS: ReadonlySet<string> = new Set([...Object.keys(MEMBER_DETAILS), ...UINS, 'MemberList'])
const UIN = /^[1-9]\d{0,19}$/

const RULES = {
  contact: rulesOf(CONTACT),
  listedMember: rulesOf(LISTED_MEMBER),
  memberDetails: rulesOf(MEMBER_DETAILS),
}

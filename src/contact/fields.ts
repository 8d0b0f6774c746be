/** What an entry of a group's member list has until the server says otherwise. @see docs/protocol.md §9.4 */
export const LISTED_MEMBER = {
  UserName: '',
  NickName: '',
  AttrStatus: 0,
  PYInitial: '',
  PYQuanPin: '',
  RemarkPYInitial: '',
  RemarkPYQuanPin: '',
  /** In the reply of an update: 0 ok, 3 has blocked you, 4 has deleted you. */
  MemberStatus: 0,
  /** The name this member chose for the group. */
  DisplayName: '',
  KeyWord: '',
}

/** What a contact has until the server says otherwise. @see docs/protocol.md §9.2 */
export const CONTACT = {
  /** New at every login. */
  UserName: '',
  NickName: '',
  RemarkName: '',
  DisplayName: '',
  /** Path on the base host. */
  HeadImgUrl: '',
  /** Bits. @see docs/protocol.md §9.5 */
  ContactFlag: 0,
  /** Bits. @see docs/protocol.md §9.6 */
  VerifyFlag: 0,
  MemberCount: 0,
  /** 0 unset, 1 male, 2 female; 0 for groups. */
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
  /** Groups: 1 notifications on, 0 muted. */
  Statues: 0,
  AttrStatus: 0,
  SnsFlag: 0,
  UniFriend: 0,
  ChatRoomId: 0,
  KeyWord: '',
  /** Groups after their details were fetched; `""` otherwise. */
  EncryChatRoomId: '',
  HideInputBarFlag: 0,
  /** Groups: 1 when oneself owns it. */
  IsOwner: 0,
}

type Described = typeof CONTACT

/** The documented fields of a contact, but for permanent ids and members. */
export interface DescribedFields extends Described {
  /** Groups: UserName of the owner; only in news of a change. */
  ChatRoomOwner?: string
  HeadImgUpdateFlag?: number
  ContactType?: number
}

/** The documented fields of an entry of a group's member list, but for permanent ids. */
export type ListedMemberFields = typeof LISTED_MEMBER

/**
 * What the server says of a contact. Names, signatures and places are decoded; a Uin not known is absent. `HeadImgUrl` may hold the
 * session's key: it is masked in logs and in JSON, not in the property.
 *
 * @see docs/protocol.md §9.2
 */
export interface ContactFields extends Omit<DescribedFields, 'IsOwner'> {
  /** Permanent: digits, or the real id (`wxid_…`, `…@chatroom`); absent until the server reveals it. */
  Uin?: string
  /** Groups: Uin of the owner; absent until the server reveals it. */
  OwnerUin?: string
}

/** What only a group's details say of a member. */
type MemberDetails = Partial<Omit<DescribedFields, keyof ListedMemberFields>>

/** What the server says of a group's member. @see docs/protocol.md §9.4 */
export interface MemberFields extends ListedMemberFields, MemberDetails {
  Uin?: string
}

type AnyFields = ContactFields & MemberFields

/** Fields that a reply contains of a contact or a member. `undefined` is for a field that is over, absent for one that stays. */
export type SentFields = { [K in keyof AnyFields]?: AnyFields[K] | undefined }

/** One field that has another value now. */
export interface FieldChange {
  key: string
  from: unknown
  to: unknown
}

/** Puts `fields` onto a new object, as `describe` does: ten times in a row for each of a hundred thousand members. */
export function fill(target: object, fields: object, reserved: ReadonlySet<string>): void {
  for (const key of Object.keys(fields)) {
    const value: unknown = (fields as Record<string, unknown>)[key]
    if (value !== undefined && !reserved.has(key)) define(target, key, value)
  }
}

/**
 * Puts `fields` onto `target` as own properties that callers may only read. Those named in `reserved` are left out, those that
 * are the same already are left alone.
 *
 * @returns what changed
 */
export function describe(target: object, fields: object, reserved: ReadonlySet<string>): FieldChange[] {
  const changes: FieldChange[] = []
  for (const [key, to] of Object.entries(fields)) {
    if (reserved.has(key)) continue
    const isKnown = Object.hasOwn(target, key)
    const from: unknown = isKnown ? (target as Record<string, unknown>)[key] : undefined
    if (isKnown ? isSame(from, to) : to === undefined) continue
    if (to === undefined) Reflect.deleteProperty(target, key)
    else define(target, key, to)
    changes.push({ key, from, to })
  }
  return changes
}

function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: false })
}

/** Undocumented fields may be objects, parsed anew each time. */
function isSame(from: unknown, to: unknown): boolean {
  if (from === to) return true
  if (typeof from !== 'object' || typeof to !== 'object' || from === null || to === null) return false
  return JSON.stringify(from) === JSON.stringify(to)
}

/** What an account needs to know of a contact beyond the fields that programs see. */
export interface ContactTraits {
  /** In the address book; of groups: saved to it. */
  isListed: boolean
  /** One of the accounts that every phone has, such as `filehelper`. */
  isBuiltIn: boolean
  /** Does not change between logins; absent until the server reveals it. */
  permanentId?: string
}

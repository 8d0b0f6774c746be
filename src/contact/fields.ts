/** Default fields of an entry in a group's member list. @see docs/protocol.md §9.4 */
export const LISTED_MEMBER = {
  UserName: '',
  NickName: '',
  AttrStatus: 0,
  PYInitial: '',
  PYQuanPin: '',
  RemarkPYInitial: '',
  RemarkPYQuanPin: '',
  /** In the reply to an update: 0 OK, 3 the member has blocked this account, 4 the member has deleted it. */
  MemberStatus: 0,
  /** The name that this member uses in the group. */
  DisplayName: '',
  KeyWord: '',
}

/** Default fields of a contact. @see docs/protocol.md §9.2 */
export const CONTACT = {
  /** Changes at every login. */
  UserName: '',
  /** The name that the contact chose; for groups, the name of the group, or `''`. */
  NickName: '',
  /** The name that this account has given to the contact; `''` if none. */
  RemarkName: '',
  DisplayName: '',
  /** Path on the base host. */
  HeadImgUrl: '',
  /** Bit flags. @see docs/protocol.md §9.5 */
  ContactFlag: 0,
  /** Bit flags. @see docs/protocol.md §9.6 */
  VerifyFlag: 0,
  /** Groups: the number of members. */
  MemberCount: 0,
  /** 0 unset, 1 male, 2 female; 0 for groups. */
  Sex: 0,
  Province: '',
  City: '',
  Signature: '',
  /** The WeChat id, if the server reveals it; otherwise `''`. */
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
  /** Groups only, once their details have been fetched; `""` otherwise. */
  EncryChatRoomId: '',
  HideInputBarFlag: 0,
  /** Groups: 1 if this account is the owner. */
  IsOwner: 0,
}

type Described = typeof CONTACT

/** The documented fields of a contact, except permanent ids and members. */
export interface DescribedFields extends Described {
  /** Groups: UserName of the owner; sent only when the group changes. */
  ChatRoomOwner?: string
  HeadImgUpdateFlag?: number
  ContactType?: number
}

/** The documented fields of an entry in a group's member list, except permanent ids. */
export type ListedMemberFields = typeof LISTED_MEMBER

/**
 * The fields of a contact. Names, signatures and places are decoded; an unknown Uin is absent. `HeadImgUrl` may contain
 * the session key, which is masked in logs and in JSON, but not in the property itself.
 *
 * @see docs/protocol.md §9.2
 */
export interface ContactFields extends Omit<DescribedFields, 'IsOwner'> {
  /** The permanent id: digits, or the real id (`wxid_…`, `…@chatroom`); absent until the server reveals it. */
  Uin?: string
  /** Groups: Uin of the owner; absent until the server reveals it. */
  OwnerUin?: string
}

/** Fields that are absent from member lists and are sent only with the details of a member. */
type MemberDetails = Partial<Omit<DescribedFields, keyof ListedMemberFields>>

/** The fields of a group member. @see docs/protocol.md §9.4 */
export interface MemberFields extends ListedMemberFields, MemberDetails {
  Uin?: string
}

type AnyFields = ContactFields & MemberFields

/** Fields of a contact or member in a reply. `undefined` removes a field; absent fields keep their values. */
export type SentFields = { [K in keyof AnyFields]?: AnyFields[K] | undefined }

/** A field whose value changed. */
export interface FieldChange {
  key: string
  from: unknown
  to: unknown
}

/**
 * Like `describe`, but for a new object and without tracking changes: a fast path for a hundred thousand group members.
 */
export function fill(target: object, fields: object, reserved: ReadonlySet<string>): void {
  for (const key of Object.keys(fields)) {
    const value: unknown = (fields as Record<string, unknown>)[key]
    if (value !== undefined && !reserved.has(key)) define(target, key, value)
  }
}

/**
 * Sets `fields` on `target` as read-only own properties. Skips names in `reserved` and unchanged values.
 *
 * @returns the changes
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

/** Compares objects by value, because undocumented fields may contain objects. */
export function isSame(from: unknown, to: unknown): boolean {
  if (from === to) return true
  if (typeof from !== 'object' || typeof to !== 'object' || from === null || to === null) return false
  return JSON.stringify(from) === JSON.stringify(to)
}

/** The state of a contact besides its public fields. */
export interface ContactTraits {
  /** Whether the contact is in the address book; for groups, whether the group is saved to it. */
  isListed: boolean
  /** Whether the contact is one of the accounts that exist on every phone, such as `filehelper`. */
  isBuiltIn: boolean
  /** The id that does not change between logins; absent until the server reveals it. */
  permanentId?: string
}

/** A person in a `WorldSpec`; a string is the name. */
export interface PersonSpec {
  name: string
  /** Permanent id. Default: `wxid_` and digits derived from position and name. */
  id?: string
  remark?: string
  alias?: string
  sex?: 0 | 1 | 2
  province?: string
  city?: string
  signature?: string
  /** Upper-case pinyin initials of the name. Default: its Latin letters. */
  initials?: string
  /** Full pinyin of the name. Default: its Latin letters. */
  pinyin?: string
  remarkInitials?: string
  remarkPinyin?: string
  starred?: boolean
  pinned?: boolean
  muted?: boolean
}

/** An official account in a `WorldSpec`; a string is the name. */
export interface OfficialSpec extends PersonSpec {
  /** Sets the verified bit of `VERIFY_FLAG`. Default true. */
  verified?: boolean
}

/** A group member in a `WorldSpec`: name or id of a known person, or a new person who is not a friend. */
export interface MemberSpec extends PersonSpec {
  /** Name in the group. */
  displayName?: string
}

/** A group in a `WorldSpec`; the account's owner is always a member and need not be listed. */
export interface GroupSpec {
  topic: string
  /** Default: `10000001@chatroom` and up. */
  id?: string
  members?: (string | MemberSpec)[]
  /** Name or id of the owner. Default: the account's owner. */
  owner?: string
  /** The account owner's name in the group. */
  ownDisplayName?: string
  /** Whether it is in the address book. Default true. */
  saved?: boolean
  /** Default `'everyone'`. */
  renameBy?: 'everyone' | 'owner'
  pinned?: boolean
  muted?: boolean
}

/** A message from before the program logged in: shown on the page, never delivered. */
export interface HistorySpec {
  /** Name or id of a friend, group or account. */
  chat: string
  /** Name or id. Default: the friend; in a group, a system line without speaker. */
  speaker?: string
  text: string
  minutesAgo: number
}

/** The people and groups of a sandbox. Everything has a default; `{}` is an owner without friends. */
export interface WorldSpec {
  owner?: string | PersonSpec
  friends?: (string | PersonSpec)[]
  officials?: (string | OfficialSpec)[]
  /** People outside the address book and all groups. */
  strangers?: (string | PersonSpec)[]
  groups?: GroupSpec[]
  history?: HistorySpec[]
}

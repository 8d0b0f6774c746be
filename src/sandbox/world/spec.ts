/** A person in a `WorldSpec`; a plain string is the name. */
export interface PersonSpec {
  name: string
  /** Permanent id; default `wxid_` and digits made from place and name. */
  id?: string
  remark?: string
  alias?: string
  sex?: 0 | 1 | 2
  province?: string
  city?: string
  signature?: string
  /** Upper-case pinyin initials of the name; default its own letters, if Latin. */
  initials?: string
  /** Full pinyin of the name; default its own letters, if Latin. */
  pinyin?: string
  remarkInitials?: string
  remarkPinyin?: string
  starred?: boolean
  pinned?: boolean
  muted?: boolean
}

/** An official account in a `WorldSpec`; a plain string is the name. */
export interface OfficialSpec extends PersonSpec {
  /** Verified accounts have one more bit of `VERIFY_FLAG`. Default true. */
  verified?: boolean
}

/** A group's member in a `WorldSpec`: a known person's name or id, or a new person who is no friend. */
export interface MemberSpec extends PersonSpec {
  /** Name in the group. */
  displayName?: string
}

/** A group in a `WorldSpec`; the account's owner is a member without being listed. */
export interface GroupSpec {
  topic: string
  /** Default `10000001@chatroom` and up. */
  id?: string
  members?: (string | MemberSpec)[]
  /** Name or id of the owner; default the account's owner. */
  owner?: string
  /** The account owner's name in the group. */
  ownDisplayName?: string
  /** In the address book. Default true. */
  saved?: boolean
  /** Default `'everyone'`. */
  renameBy?: 'everyone' | 'owner'
  pinned?: boolean
  muted?: boolean
}

/** A line said before the program logged in: shown on the page, never delivered. */
export interface HistorySpec {
  /** Name or id of a friend, group or account. */
  chat: string
  /** Name or id; default the friend, and nobody (a system line) in a group. */
  speaker?: string
  text: string
  minutesAgo: number
}

/** Who is in a sandbox. Everything has a default; `{}` is an owner without friends. */
export interface WorldSpec {
  owner?: string | PersonSpec
  friends?: (string | PersonSpec)[]
  officials?: (string | OfficialSpec)[]
  /** People who are no friends and in no group. */
  strangers?: (string | PersonSpec)[]
  groups?: GroupSpec[]
  history?: HistorySpec[]
}

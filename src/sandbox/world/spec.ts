/** A person in a `WorldSpec`, where a string stands for a person with that name. */
export interface PersonSpec {
  name: string
  /** Permanent id. Default: `wxid_` and hex digits derived from the position and the name. */
  id?: string
  remark?: string
  alias?: string
  sex?: 0 | 1 | 2
  province?: string
  city?: string
  signature?: string
  /** Uppercase pinyin initials of the name. Default: its Latin letters. */
  initials?: string
  /** Full pinyin of the name. Default: its Latin letters. */
  pinyin?: string
  remarkInitials?: string
  remarkPinyin?: string
  starred?: boolean
  pinned?: boolean
  muted?: boolean
}

/** An official account in a `WorldSpec`, where a string stands for an account with that name. */
export interface OfficialSpec extends PersonSpec {
  /** Whether the verified bit of `VERIFY_FLAG` is set. Default true. */
  verified?: boolean
}

/** A group member in a `WorldSpec`: the name or id of a known person, or a new person who is not a friend. */
export interface MemberSpec extends PersonSpec {
  /** Display name in the group. */
  displayName?: string
}

/** A group in a `WorldSpec`. The account's owner is always a member and does not have to be listed. */
export interface GroupSpec {
  topic: string
  /** Permanent id. Default: `10000001@chatroom`, `10000002@chatroom` and so on. */
  id?: string
  members?: (string | MemberSpec)[]
  /** Name or id of the group's owner. Default: the account's owner. */
  owner?: string
  /** The account owner's display name in the group. */
  ownDisplayName?: string
  /** Whether the group is in the address book. Default true. */
  saved?: boolean
  /** Who may rename the group. Default `'everyone'`. */
  renameBy?: 'everyone' | 'owner'
  pinned?: boolean
  muted?: boolean
}

/** A message from before the program logged in. The page shows it, but it is never delivered. */
export interface HistorySpec {
  /** Name or id of a friend, group or official account. */
  chat: string
  /** Name or id of the speaker. Default: the friend; in a group, text without a speaker is a system notice. */
  speaker?: string
  text: string
  minutesAgo: number
}

/** The people and groups in a sandbox. Everything has a default: `{}` is a world whose owner has no friends. */
export interface WorldSpec {
  /**
   * The language of the built-in accounts, of sample messages and of notices such as "joined the group"; the page opens in
   * English if it is `'en'`. Default `'zh'`.
   */
  language?: 'zh' | 'en'
  owner?: string | PersonSpec
  friends?: (string | PersonSpec)[]
  officials?: (string | OfficialSpec)[]
  /** People who are in neither the address book nor a group. */
  strangers?: (string | PersonSpec)[]
  groups?: GroupSpec[]
  history?: HistorySpec[]
}

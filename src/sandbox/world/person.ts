/** The account's owner, a friend, a stranger, or an official or built-in account. */
export interface Person {
  /** Permanent: `wxid_…`, `gh_…`, or a plain word for built-in accounts. */
  readonly id: string
  readonly kind: 'person' | 'official' | 'builtin'
  name: string
  /** The remark set by the account's owner; `''` when not set. */
  remark: string
  alias: string
  /** 0 unset, 1 male, 2 female. */
  sex: 0 | 1 | 2
  province: string
  city: string
  signature: string
  /** Upper-case pinyin initials of the name. */
  initials: string
  /** Full pinyin of the name, lower case. */
  pinyin: string
  remarkInitials: string
  remarkPinyin: string
  /** Permanent number; programs normally see only the owner's. */
  readonly uin: number
  /** Bits of `VERIFY_FLAG`. */
  verifyFlag: number
  /** Version of the avatar, part of its URL. */
  avatarSeq: number
  /** Whether it is in the account's address book. */
  isContact: boolean
  starred: boolean
  pinned: boolean
  muted: boolean
}

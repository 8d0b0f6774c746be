/** The account's owner, a friend, a stranger, an official account or a built-in account. */
export interface Person {
  /** Permanent id: `wxid_…`, `gh_…`, or a plain word for built-in accounts. */
  readonly id: string
  readonly kind: 'person' | 'official' | 'builtin'
  name: string
  /** The remark set by the account's owner, or `''` if not set. */
  remark: string
  alias: string
  /** 0: unset, 1: male, 2: female. */
  sex: 0 | 1 | 2
  province: string
  city: string
  signature: string
  /** Uppercase pinyin initials of the name. */
  initials: string
  /** Full pinyin of the name in lower case. */
  pinyin: string
  remarkInitials: string
  remarkPinyin: string
  /** Permanent number. Programs normally see only the uin of the account's owner. */
  readonly uin: number
  /** Bits of `VERIFY_FLAG`. */
  verifyFlag: number
  /** Version of the avatar, which is part of its URL. */
  avatarSeq: number
  /** Whether the person is in the account's address book. */
  isContact: boolean
  starred: boolean
  pinned: boolean
  muted: boolean
}

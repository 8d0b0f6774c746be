/** Somebody with a permanent id: the account's owner, a friend, a stranger, an official or built-in account. */
export interface Person {
  /** `wxid_…`, `gh_…`, or a bare word for built-in accounts. */
  readonly id: string
  readonly kind: 'person' | 'official' | 'builtin'
  name: string
  /** The remark the account's owner gave; `''` when none. */
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
  /** Permanent number, shown to programs for the owner alone. */
  readonly uin: number
  /** Bits of `VERIFY_FLAG`. */
  verifyFlag: number
  /** Version of the picture, part of its address. */
  avatarSeq: number
  /** In the account's address book. */
  isContact: boolean
  starred: boolean
  pinned: boolean
  muted: boolean
}

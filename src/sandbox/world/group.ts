/** One member of a group. */
export interface Member {
  /** Person id. */
  readonly id: string
  /** Name in this group; `''` when none was set. */
  displayName: string
}

/** A group chat; the account's owner is a member of every one unless removed. */
export interface Group {
  /** `10000001@chatroom`. */
  readonly id: string
  topic: string
  /** Person id. */
  ownerId: string
  members: Member[]
  /** In the account's address book; others are learned from recent chats and messages. */
  saved: boolean
  /** Who may change the topic. */
  renameBy: 'everyone' | 'owner'
  pinned: boolean
  muted: boolean
  /** Version of the picture, part of its address. */
  avatarSeq: number
}

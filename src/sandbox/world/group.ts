/** One member of a group. */
export interface Member {
  /** Person id. */
  readonly id: string
  /** Name in this group; `''` when not set. */
  displayName: string
}

/** A group chat; the account's owner is a member unless removed. */
export interface Group {
  /** `10000001@chatroom`. */
  readonly id: string
  topic: string
  /** Person id. */
  ownerId: string
  members: Member[]
  /** Whether it is in the account's address book; programs discover other groups from recent chats and messages. */
  saved: boolean
  /** Who may change the topic. */
  renameBy: 'everyone' | 'owner'
  pinned: boolean
  muted: boolean
  /** Version of the avatar, part of its URL. */
  avatarSeq: number
}

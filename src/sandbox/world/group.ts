/** A group member. */
export interface Member {
  /** Person id. */
  readonly id: string
  /** Display name in this group, or `''` if not set. */
  displayName: string
}

/** A group chat. The account's owner is a member unless they were removed. */
export interface Group {
  /** For example `10000001@chatroom`. */
  readonly id: string
  topic: string
  /** Person id of the group's owner. */
  ownerId: string
  members: Member[]
  /** Whether the group is in the address book. Programs discover other groups from recent chats and messages. */
  saved: boolean
  /** Who may change the topic. */
  renameBy: 'everyone' | 'owner'
  pinned: boolean
  muted: boolean
  /** Version of the avatar, which is part of its URL. */
  avatarSeq: number
}

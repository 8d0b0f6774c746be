/** A contact or group member, the result of `createChatroom`, or a UserName. */
export type ContactReference = string | { readonly UserName: string } | { readonly ChatRoomName: string }

/** One contact or several. */
export type ContactReferences = ContactReference | readonly ContactReference[]

/** The result of a successful operation; further fields of the reply are present at run time. */
export interface OperationResult {
  ok: true
}

/** The result of adding members. */
export interface MembersResult extends OperationResult {
  /** The users concerned. `MemberStatus`: 0 added, 3 has blocked this account, 4 has deleted it. @see docs/protocol.md §4.7 */
  MemberList: { UserName: string; NickName: string; MemberStatus: number }[]
}

/** An avatar that was written to a file. */
export interface HeadImageFile {
  ok: true
  /** Absolute. */
  path: string
  sizeBytes: number
  /** `'jpg'`, `'png'`, `'gif'` …; `''` for an unknown type. */
  PostFix: string
  mime?: string
}

export interface OperationOptions {
  /** Ends the wait; a request in flight may still be carried out. */
  signal?: AbortSignal
}

export interface FetchOptions extends OperationOptions {
  /** Called after each batch of at most 50 names. */
  onProgress?: (progress: { done: number; total: number }) => unknown
}

export interface UpdateChatroomOptions extends FetchOptions {
  /** Also fetch sex, region, signature … of every member: one request per 50 members. Default false. */
  detailedMember?: boolean
}

export interface AddMemberOptions extends OperationOptions {
  /**
   * Invite instead of adding. Default false: adds members, and invites them if the group would reach the size from which the
   * server accepts only invitations.
   */
  useInvitation?: boolean
}

/** Whose avatar. Without fields: that of the own account. */
export interface HeadImageTarget {
  userName?: ContactReference | undefined
  /** Alone: the group's avatar; with `userName`: that member's. */
  chatroomUserName?: ContactReference | undefined
}

export interface HeadImageOptions extends HeadImageTarget, OperationOptions {
  /** Path of the file to write. A relative one stays below `downloadDir`. Default: no file; the bytes are returned. */
  picDir?: string | undefined
}

/** The identity of a contact across logins. */
export interface Identity {
  /** Stays the same when UserNames change. */
  puid: string
  /** False when only names match, which contacts choose themselves, or when it is new because the match was ambiguous. */
  certain: boolean
}

/** Search criteria; all present ones must match exactly. */
export interface FriendQuery {
  /** Remark, nickname or WeChat id. */
  name?: string | undefined
  remarkName?: string | undefined
  nickName?: string | undefined
  wechatAccount?: string | undefined
}

/** The operations behind the methods of contacts. They reject like the account's methods of the same name. */
export interface ContactOperations {
  /** The own account, a `User`. */
  self(): object
  identity(contact: object): Identity
  updateFriend(friend: ContactReference, options?: FetchOptions): Promise<unknown>
  updateChatroom(room: ContactReference, options?: UpdateChatroomOptions): Promise<unknown>
  setAlias(friend: ContactReference, alias: string, options?: OperationOptions): Promise<OperationResult>
  setPinned(contact: ContactReference, isPinned?: boolean, options?: OperationOptions): Promise<OperationResult>
  verify(userName: string, options?: OperationOptions): Promise<OperationResult>
  headImage(target: HeadImageTarget, options?: OperationOptions): Promise<Uint8Array>
  headImageFile(target: HeadImageTarget, path: string, options?: OperationOptions): Promise<HeadImageFile>
  setChatroomName(room: ContactReference, name: string, options?: OperationOptions): Promise<OperationResult>
  addMembers(room: ContactReference, members: ContactReferences, options?: AddMemberOptions): Promise<MembersResult>
  deleteMembers(
    room: ContactReference,
    members: ContactReferences,
    options?: OperationOptions,
  ): Promise<OperationResult>
}

/** A contact or group member, what `createChatroom` resolved to, or a UserName. */
export type ContactReference = string | { readonly UserName: string } | { readonly ChatRoomName: string }

/** One, or several. */
export type ContactReferences = ContactReference | readonly ContactReference[]

/** The server carried an operation out; its own fields are there at run time. */
export interface OperationResult {
  ok: true
}

/** What adding members led to. */
export interface MembersResult extends OperationResult {
  /** Those it was about; `MemberStatus` 0 is in, 3 has blocked this account, 4 has deleted it. @see docs/protocol.md §4.7 */
  MemberList: { UserName: string; NickName: string; MemberStatus: number }[]
}

/** A picture that was written to a file. */
export interface HeadImageFile {
  ok: true
  /** Absolute. */
  path: string
  sizeBytes: number
  /** `'jpg'`, `'png'`, `'gif'` …; `''` when it is none that is known. */
  PostFix: string
  mime?: string
}

export interface OperationOptions {
  /** Ends the wait; what is on its way may still be carried out. */
  signal?: AbortSignal
}

export interface FetchOptions extends OperationOptions {
  /** Called after each batch of at most 50 names. */
  onProgress?: (progress: { done: number; total: number }) => unknown
}

export interface UpdateChatroomOptions extends FetchOptions {
  /** Also ask for sex, region, signature … of every member: one request for every 50. Default false. */
  detailedMember?: boolean
}

export interface AddMemberOptions extends OperationOptions {
  /**
   * Invite instead of adding. Default false: adds, and invites where the group would reach the number from which the server
   * takes invitations only.
   */
  useInvitation?: boolean
}

/** Whose picture. Nothing given: the own one. */
export interface HeadImageTarget {
  userName?: ContactReference | undefined
  /** Alone: the group's picture; with `userName`: that member's. */
  chatroomUserName?: ContactReference | undefined
}

export interface HeadImageOptions extends HeadImageTarget, OperationOptions {
  /** Path of the file to write. A relative one stays below `downloadDir`. Default: none, the bytes are the result. */
  picDir?: string | undefined
}

/** Who somebody is across logins. */
export interface Identity {
  /** Stays when UserNames change. */
  puid: string
  /** False: only what people choose themselves carried it over, or it is new because several came into question. */
  certain: boolean
}

/** Whom to look for; all that is given must match exactly. */
export interface FriendQuery {
  /** Remark, nickname or WeChat id. */
  name?: string | undefined
  remarkName?: string | undefined
  nickName?: string | undefined
  wechatAccount?: string | undefined
}

/** What contacts have done for them. Rejections are those of the methods of the same name on the account. */
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

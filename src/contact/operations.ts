/** A contact or group member, the result of `createChatroom`, or a UserName. */
export type ContactReference = string | { readonly UserName: string } | { readonly ChatRoomName: string }

/** One contact or several. */
export type ContactReferences = ContactReference | readonly ContactReference[]

/** The result of a successful operation; further fields from the reply are present at run time. */
export interface OperationResult {
  ok: true
}

/** The result of adding members. */
export interface MembersResult extends OperationResult {
  /**
   * The affected users. `MemberStatus` is 0 if the user was added, 3 if the user has blocked this account, and 4 if the
   * user has deleted it.
   *
   * @see docs/protocol.md §4.7
   */
  MemberList: { UserName: string; NickName: string; MemberStatus: number }[]
}

/** An avatar that was written to a file. */
export interface HeadImageFile {
  ok: true
  /** Absolute path. */
  path: string
  sizeBytes: number
  /** Extension such as `'jpg'`, `'png'` or `'gif'`; `''` for an unknown type. */
  PostFix: string
  mime?: string
}

/** Options of a call that changes or fetches something on the server. */
export interface OperationOptions {
  /** Ends the wait; a request that is already in flight may still be carried out. */
  signal?: AbortSignal
}

/** Options of a call that fetches contacts or members. */
export interface FetchOptions extends OperationOptions {
  /** Called after each batch of at most 50 names. */
  onProgress?: (progress: { done: number; total: number }) => unknown
}

/** Options of a call that fetches groups. */
export interface UpdateChatroomOptions extends FetchOptions {
  /**
   * Whether to also fetch the sex, region, signature, etc. of every member, with one request per 50 members. Default
   * false.
   */
  detailedMember?: boolean
}

/** Options of adding members to a group. */
export interface AddMemberOptions extends OperationOptions {
  /**
   * Whether to invite members instead of adding them. Default false: members are added, or invited if the group would
   * reach the size at which the server accepts only invitations.
   */
  useInvitation?: boolean
}

/** The owner of an avatar. Without any fields: this account. */
export interface HeadImageTarget {
  userName?: ContactReference | undefined
  /** On its own, selects the group's avatar; with `userName`, the avatar of that group member. */
  chatroomUserName?: ContactReference | undefined
}

/** Whose avatar to fetch, and where to write it. */
export interface HeadImageOptions extends HeadImageTarget, OperationOptions {
  /**
   * Path of the file to write. A relative path must not leave `downloadDir`. By default, the bytes are returned
   * instead.
   */
  picDir?: string | undefined
}

/** The identity of a contact across logins. */
export interface Identity {
  /** Stays the same when UserNames change. */
  puid: string
  /** False if only names match (contacts choose their own names) or if an ambiguous match led to a new puid. */
  certain: boolean
}

/** Search criteria; all given criteria must match exactly. */
export interface FriendQuery {
  /** Remark, nickname or WeChat id. */
  name?: string | undefined
  /** The name that this account has given to the friend. */
  remarkName?: string | undefined
  /** The name that the friend chose. */
  nickName?: string | undefined
  /** The WeChat id. */
  wechatAccount?: string | undefined
}

/**
 * The operations that contact methods call. They reject in the same cases as the account's methods with the same name.
 */
export interface ContactOperations {
  /** This account, a `User`. */
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

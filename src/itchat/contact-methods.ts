import type { AddFriendOptions } from '../account/contacts/add-friend.js'
import { wrong } from '../account/contacts/contact-arguments.js'
import type { CreateChatroomResult } from '../account/contacts/contacts.js'
import type { UpdateOptions } from '../account/options.js'
import type { Chatroom, Contact, MassivePlatform, User } from '../contact/contact.js'
import type {
  AddMemberOptions,
  ContactReference,
  ContactReferences,
  FetchOptions,
  FriendQuery,
  HeadImageFile,
  HeadImageOptions,
  MembersResult,
  OperationOptions,
  OperationResult,
  UpdateChatroomOptions,
} from '../contact/operations.js'
import type { Engine } from './engine.js'

/**
 * What an account does with its people. A contact is named by itself, by its UserName, or, a new group, by what
 * `createChatroom` resolved to. Arguments are checked before anything is sent: whoever is unknown, of the wrong kind or not in
 * the group is an `ArgumentError` that names the argument. What the server refuses is a `ServerError` with advice.
 */
export abstract class ContactMethods {
  readonly #engine: Engine

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Everybody in the address book, oneself first. With `update` the server is asked anew, and who has left is gone. */
  async getFriends(options: boolean | UpdateOptions = {}): Promise<User[]> {
    await this.#update(options)
    return this.#engine.book.friends()
  }

  /** The groups. With `update` the server is asked anew. */
  async getContact(options: boolean | UpdateOptions = {}): Promise<Chatroom[]> {
    return this.getChatrooms(options)
  }

  /** The groups; with `contactOnly` those saved to the address book. With `update` the server is asked anew. */
  async getChatrooms(options: boolean | (UpdateOptions & { contactOnly?: boolean }) = {}): Promise<Chatroom[]> {
    await this.#update(options)
    const contactOnly = typeof options === 'object' && options.contactOnly === true
    return this.#engine.book.chatrooms(contactOnly)
  }

  /** The official accounts. With `update` the server is asked anew. */
  async getMps(options: boolean | UpdateOptions = {}): Promise<MassivePlatform[]> {
    await this.#update(options)
    return this.#engine.book.massivePlatforms()
  }

  /** What `getFriends()` answers, without waiting; empty before a login. */
  get memberList(): User[] {
    return this.#engine.book.hasSelf ? this.#engine.book.friends() : []
  }

  /** What `getChatrooms()` answers, without waiting. */
  get chatroomList(): Chatroom[] {
    return this.#engine.book.chatrooms()
  }

  /** What `getMps()` answers, without waiting. */
  get mpList(): MassivePlatform[] {
    return this.#engine.book.massivePlatforms()
  }

  /**
   * Without an argument the own account; by `userName` one friend or `undefined`; by anything else every friend that matches
   * exactly. A criterion that is `''` or `undefined` finds nobody.
   */
  searchFriends(): User
  searchFriends(query: FriendQuery & { userName: string }): User | undefined
  searchFriends(query: FriendQuery): User[]
  searchFriends(...[query]: [(FriendQuery & { userName?: string })?]): User | undefined | User[] {
    return query === undefined ? this.#engine.book.self : this.#engine.book.searchFriends(queryOf(query))
  }

  /** By `userName` one group or `undefined`; by `name` every group whose name contains it. */
  searchChatrooms(query: { userName: string; name?: string | undefined }): Chatroom | undefined
  searchChatrooms(query?: { name?: string | undefined }): Chatroom[]
  searchChatrooms(query: { userName?: string; name?: string | undefined } = {}): Chatroom | undefined | Chatroom[] {
    return this.#engine.search.chatrooms(queryOf(query))
  }

  /** By `userName` one official account or `undefined`; by `name` every one whose name contains it. */
  searchMps(query: { userName: string; name?: string | undefined }): MassivePlatform | undefined
  searchMps(query?: { name?: string | undefined }): MassivePlatform[]
  searchMps(
    query: { userName?: string; name?: string | undefined } = {},
  ): MassivePlatform | undefined | MassivePlatform[] {
    return this.#engine.search.massivePlatforms(queryOf(query))
  }

  /** Everybody the predicate says yes to: friends, groups, official and built-in accounts, strangers. */
  match(predicate: (contact: Contact) => boolean): Contact[] {
    if (typeof predicate !== 'function') throw wrong('predicate', 'no function; it has to say yes or no to a contact')
    return this.#engine.book.all().filter(predicate)
  }

  /**
   * Friends, groups and official accounts as a contact book finds them: by a part of remark, name or WeChat id, of its pinyin,
   * or of its initials; case does not matter. The best come first: the whole name, then its beginning, then the rest. It looks
   * through everybody: milliseconds in a large account, where `searchFriends` takes microseconds at most.
   */
  searchContacts(text: string): Contact[] {
    return typeof text === 'string' ? this.#engine.search.find(text) : []
  }

  /**
   * Asks the server for the details of one person, or of several; the objects hold what it said.
   *
   * @throws ArgumentError also for a name the server does not know; ProtocolError when its reply lacks the list
   * @see docs/protocol.md §4.2
   */
  updateFriend(userName: readonly ContactReference[], options?: FetchOptions): Promise<User[]>
  updateFriend(userName: ContactReference, options?: FetchOptions): Promise<User>
  async updateFriend(
    userName: ContactReference | readonly ContactReference[],
    options?: FetchOptions,
  ): Promise<User | User[]> {
    const { contacts } = this.#engine.requireSession()
    return isList(userName) ? contacts.updateFriends(userName, options) : contacts.updateFriend(userName, options)
  }

  /**
   * Asks the server for the members of one group, or of several; the objects hold what it said. 50 are asked for at once,
   * three requests at a time.
   *
   * @param options `true` stands for `{ detailedMember: true }`
   * @see docs/protocol.md §4.2
   */
  updateChatroom(userName: readonly ContactReference[], options?: boolean | UpdateChatroomOptions): Promise<Chatroom[]>
  updateChatroom(userName: ContactReference, options?: boolean | UpdateChatroomOptions): Promise<Chatroom>
  async updateChatroom(
    userName: ContactReference | readonly ContactReference[],
    options: boolean | UpdateChatroomOptions = {},
  ): Promise<Chatroom | Chatroom[]> {
    const given = typeof options === 'boolean' ? { detailedMember: options } : options
    const { contacts } = this.#engine.requireSession()
    return isList(userName) ? contacts.updateChatrooms(userName, given) : contacts.updateChatroom(userName, given)
  }

  /** Sets a friend's remark; `''` takes it away. @see docs/protocol.md §4.5 */
  async setAlias(userName: ContactReference, alias: string, options?: OperationOptions): Promise<OperationResult> {
    return this.#engine.requireSession().contacts.setAlias(userName, alias, options)
  }

  /**
   * Puts the chat with a friend or group on top of the list on the phone, or back. The server then often reveals a Uin.
   *
   * @see docs/protocol.md §4.5
   */
  async setPinned(userName: ContactReference, isPinned = true, options?: OperationOptions): Promise<OperationResult> {
    return this.#engine.requireSession().contacts.setPinned(userName, isPinned, options)
  }

  /** Marks a conversation as read, on the phone too. */
  async markRead(toUserName: string, options: OperationOptions = {}): Promise<void> {
    await this.#engine.requireSession().connection.markRead(toUserName, options.signal)
  }

  /**
   * Asks somebody to become a friend (`status` 2), accepts a request (3), or follows an official account (1).
   * `addFriend(msg.text)` and `addFriend(msg.request)` accept the request that `msg` is.
   *
   * @param verifyContent the greeting; with `status` 3 the ticket of the request
   * @throws ArgumentError also when a request is to be accepted without its ticket
   * @see docs/protocol.md §4.4
   */
  addFriend(options: AddFriendOptions): Promise<OperationResult>
  addFriend(
    userName: ContactReference,
    status?: number,
    verifyContent?: string,
    autoUpdate?: boolean,
    options?: OperationOptions,
  ): Promise<OperationResult>
  async addFriend(
    given: ContactReference | AddFriendOptions,
    status?: number,
    verifyContent?: string,
    autoUpdate?: boolean,
    options?: OperationOptions,
  ): Promise<OperationResult> {
    return this.#engine.requireSession().contacts.addFriend(given, {
      ...options,
      ...(status === undefined ? {} : { status }),
      ...(verifyContent === undefined ? {} : { verifyContent }),
      ...(autoUpdate === undefined ? {} : { autoUpdate }),
    })
  }

  /**
   * Fetches a picture: the own one; with `userName` that person's; with `chatroomUserName` that group's; with both that
   * member's. Resolves to its bytes, or with `picDir` to the file that was written.
   *
   * @throws FileError when the file cannot be written; ProtocolError when the server has no picture
   * @see docs/protocol.md §4.3
   */
  getHeadImg(options: HeadImageOptions & { picDir: string }): Promise<HeadImageFile>
  getHeadImg(options?: HeadImageOptions & { picDir?: undefined }): Promise<Uint8Array>
  async getHeadImg(options: HeadImageOptions = {}): Promise<Uint8Array | HeadImageFile> {
    const { picDir, ...target } = options
    const { contacts } = this.#engine.requireSession()
    return picDir === undefined ? contacts.headImage(target, target) : contacts.headImageFile(target, picDir, target)
  }

  /**
   * Makes a group of oneself and at least two friends. The result is accepted wherever a group is.
   *
   * @param topic the group's name. Default: none
   * @throws ServerError `ret` 1205 when groups are made too often
   * @see docs/protocol.md §4.6
   */
  async createChatroom(
    memberList: ContactReferences,
    topic?: string,
    options?: OperationOptions,
  ): Promise<CreateChatroomResult> {
    return this.#engine.requireSession().contacts.createChatroom(memberList, topic, options)
  }

  /** Renames a group. @throws ServerError in groups where only the owner may @see docs/protocol.md §4.7 */
  async setChatroomName(
    chatroomUserName: ContactReference,
    name: string,
    options?: OperationOptions,
  ): Promise<OperationResult> {
    return this.#engine.requireSession().contacts.setChatroomName(chatroomUserName, name, options)
  }

  /**
   * Adds friends to a group; invites them with `useInvitation`, or where the group would reach the size from which the server
   * takes invitations only (40, or as it says).
   *
   * @param options `true` stands for `{ useInvitation: true }`
   * @see docs/protocol.md §4.7
   */
  async addMemberIntoChatroom(
    chatroomUserName: ContactReference,
    memberList: ContactReferences,
    options: boolean | AddMemberOptions = {},
  ): Promise<MembersResult> {
    const given = typeof options === 'boolean' ? { useInvitation: options } : options
    return this.#engine.requireSession().contacts.addMembers(chatroomUserName, memberList, given)
  }

  /** Removes members from a group. @throws ServerError for anybody but its owner @see docs/protocol.md §4.7 */
  async deleteMemberFromChatroom(
    chatroomUserName: ContactReference,
    memberList: ContactReferences,
    options?: OperationOptions,
  ): Promise<OperationResult> {
    return this.#engine.requireSession().contacts.deleteMembers(chatroomUserName, memberList, options)
  }

  async #update(options: boolean | UpdateOptions): Promise<void> {
    const { update, signal }: UpdateOptions = typeof options === 'boolean' ? { update: options } : options
    if (update) await this.#engine.requireSession().contacts.update(signal)
  }
}

/** @throws ArgumentError for what is no object, such as a bare name */
function queryOf<T extends object>(query: T): T {
  if (typeof query === 'object' && query !== null) return query
  throw wrong('query', `${query === null ? 'null' : `a ${typeof query}`}, not an object such as { name }`)
}

/** `Array.isArray` forgets that a list may be read-only. */
function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value)
}

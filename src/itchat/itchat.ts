import type { AddFriendOptions } from '../account/contacts/add-friend.js'
import { userNameOf } from '../account/contacts/contact-arguments.js'
import type { Contacts, CreateChatroomResult } from '../account/contacts/contacts.js'
import type { ItchatEvents, State } from '../account/events.js'
import type { LoggingOptions } from '../account/logging.js'
import type {
  AutoLoginOptions,
  ItchatOptions,
  LoginOptions,
  QrOptions,
  RunOptions,
  UpdateOptions,
  UploadFileOptions,
} from '../account/options.js'
import type { PaceState } from '../account/outbox/pacing.js'
import { SendableFile } from '../account/outbox/sendable-file.js'
import type { Sender, UploadResult } from '../account/outbox/sender.js'
import type { Login } from '../account/session/login.js'
import type { CallKind } from '../account/session/session-table.js'
import type { FileSource, MediaReference, SendFileOptions, SendOptions, SendResult } from '../contact/actions.js'
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
import { StateError } from '../errors.js'
import type { MessageType } from '../message/fields.js'
import type { SendAs } from '../transport/content.js'
import { type Feature, supports } from '../transport/features.js'
import { requireFeature, requireMember } from '../transport/require-feature.js'
import { describeValue, invalidArgument } from '../util/invalid-argument.js'
import { raceSignal } from '../util/race-signal.js'
import { type Account, compose } from './compose.js'
import type { Middleware } from './handlers/middleware.js'
import { register } from './handlers/register-arguments.js'
import type { Handler, RegisterOptions } from './handlers/registry.js'

/** Key of a signal that aborts when an instance begins to close. */
export const CLOSING = Symbol('closing')

/**
 * One account: logs in, receives, replies.
 *
 * Nothing happens before a method is called. Failures throw an `ItchatError`; `getQRuuid`, `checkLogin` and
 * `loadLoginStatus` answer with values, because programs branch on them.
 */
export class Itchat {
  readonly #account: Account

  constructor(options: ItchatOptions = {}) {
    this.#account = compose(options)
  }

  /** The truth about the connection. */
  get state(): State {
    return this.#account.session.state
  }

  /** @internal */
  get [CLOSING](): AbortSignal {
    return this.#account.session.closing
  }

  /**
   * Whether the transport of this instance can do something. Answers before a login, without a request.
   *
   * @throws ArgumentError for a feature that does not exist, StateError after `close()`
   */
  supports(feature: Feature): boolean {
    return supports(this.#account.link.get().features, feature)
  }

  /**
   * How fast this account may send now, as JSON. Set it on an instance that continues with the account, so that messages sent
   * before count.
   *
   * @throws ArgumentError when set to an invalid state
   */
  get pacingState(): PaceState {
    return this.#account.pace.state
  }

  set pacingState(state: PaceState) {
    this.#account.pace.restore(state)
  }

  /** Adds a listener; returns the function that removes it. A listener that throws becomes an `error` event. */
  on<K extends keyof ItchatEvents>(event: K, listener: (payload: ItchatEvents[K]) => unknown): () => void {
    return this.#account.emitter.on(event, listener)
  }

  off<K extends keyof ItchatEvents>(event: K, listener: (payload: ItchatEvents[K]) => unknown): void {
    this.#account.emitter.off(event, listener)
  }

  /**
   * Registers a handler: for types in friends' conversations, or in those the options name; with a handler alone, for
   * everything without a handler of its own. Without a handler it returns a decorator. A text the handler returns is sent to
   * the conversation.
   *
   * @throws ArgumentError for a type that does not exist
   */
  msgRegister(handler: Handler): Handler
  msgRegister<K extends MessageType>(types: K | readonly K[], handler: Handler<K>): Handler<K>
  msgRegister<K extends MessageType>(types: K | readonly K[], options: RegisterOptions, handler: Handler<K>): Handler<K>
  msgRegister<K extends MessageType>(
    types: K | readonly K[],
    options?: RegisterOptions,
  ): <H extends Handler<K>>(handler: H) => H
  msgRegister(...given: unknown[]): unknown {
    return register(this.#account.registry, given)
  }

  /** Removes a handler wherever it is registered; returns whether it was. */
  msgUnregister<K extends MessageType>(handler: Handler<K>): boolean {
    return this.#account.registry.remove(handler)
  }

  /**
   * Adds middleware; returns the function that removes it. Every message passes through it before its handler, in the order
   * added: own ones and `System` too, and those without a handler. Echoes of what this client sent do not.
   *
   * @throws ArgumentError for anything but a function
   */
  use(middleware: Middleware): () => void {
    return this.#account.middleware.add(middleware)
  }

  /**
   * Logs in: continues the last session when `hotReload` is on and the server accepts it, else shows a QR.
   *
   * @param options `true` stands for `{ hotReload: true }`
   * @throws LoginError when the login is refused, or not confirmed
   * @throws NetworkError, ProtocolError when the server cannot be reached or does not speak the protocol
   */
  async autoLogin(options: boolean | AutoLoginOptions = {}): Promise<void> {
    await this.#account.login.auto(typeof options === 'boolean' ? { hotReload: options } : options)
  }

  /**
   * Logs in by QR, loads the contacts and starts receiving.
   *
   * @throws LoginError, NetworkError, ProtocolError; the signal's reason
   */
  async login(options: LoginOptions = {}): Promise<void> {
    await this.#account.login.byQr(options)
  }

  /**
   * Step 1: a new QR uuid; `undefined` when the server has none to give.
   *
   * @throws StateError, as each step does, while this account is logged in
   * @see docs/protocol.md §3.1
   */
  async getQRuuid(options: OperationOptions = {}): Promise<string | undefined> {
    return this.#stepOf('getQRuuid').requestCode(options.signal)
  }

  /**
   * Step 2: shows the QR of a uuid, by default that of the last `getQRuuid()`; resolves to its PNG bytes.
   *
   * @throws StateError without a uuid, FileError when the picture cannot be written
   */
  async getQR(options: string | (QrOptions & OperationOptions & { uuid?: string }) = {}): Promise<Uint8Array> {
    const { signal, ...given } = typeof options === 'string' ? { uuid: options } : options
    signal?.throwIfAborted()
    return raceSignal(this.#stepOf('getQR').show(given), signal)
  }

  /**
   * Step 3: waits up to 25 s for the phone and answers the server's code: `'200'` confirmed, `'201'` scanned, `'408'`
   * nothing yet, `'400'` expired …
   *
   * @throws LoginError when the server refuses this account
   * @see docs/protocol.md §3.3
   */
  async checkLogin(uuid?: string, options: OperationOptions = {}): Promise<string> {
    const { code } = await this.#stepOf('checkLogin').poll(uuid, options.signal)
    return code
  }

  /**
   * Step 4: starts the session; resolves to the server's reply as it was sent, with the own account's fields beside it.
   *
   * @see docs/protocol.md §3.6
   */
  async webInit(options: OperationOptions = {}): Promise<Record<string, unknown>> {
    return this.#stepOf('webInit', 'start').init(options.signal)
  }

  /** Step 5: shows on the phone that the web client is online. @see docs/protocol.md §3.7 */
  async showMobileLogin(options: OperationOptions = {}): Promise<void> {
    const transport = this.#account.link.requireSession()
    requireFeature(transport, 'stepLogin')
    await transport.login.announce?.(options.signal)
  }

  /** Step 7: starts receiving in the background. Messages wait until `run()` or `configuredReply()`. */
  startReceiving(exitCallback?: () => unknown): void {
    const { login, session } = this.#account
    session.machine.require('receive', 'startReceiving')
    login.start(exitCallback)
  }

  /**
   * Hands messages to their handlers until the session ends, `close()` is called or the signal aborts.
   *
   * @param options `true` stands for `{ debug: true }`
   * @throws StateError when there was no login
   */
  async run(options: boolean | RunOptions = {}): Promise<void> {
    const { debug = false, blockThread = true, signal } = typeof options === 'boolean' ? { debug: options } : options
    if (debug) this.setLogging({ loggingLevel: 'debug' })
    const ended = this.#account.session.run(signal)
    if (blockThread) await ended
  }

  /** Handles one waiting message; resolves to whether middleware or a handler got one; after a second at most when none comes. */
  configuredReply(options: OperationOptions = {}): Promise<boolean> {
    return this.#account.dispatcher.next(options.signal)
  }

  /** Takes messages and changed contacts as sent, since the last call; no handler gets them. @throws StateError while receiving */
  getMsg(
    options: OperationOptions = {},
  ): Promise<[messages: Record<string, unknown>[], contacts: Record<string, unknown>[]]> {
    return this.#account.login.takeNews(options.signal)
  }

  /** Everybody in the address book, oneself first. With `update` the server is asked anew, and who has left is gone. */
  async getFriends(options: boolean | UpdateOptions = {}): Promise<User[]> {
    await this.#update(options)
    return this.#account.book.friends()
  }

  /** The groups. With `update` the server is asked anew. */
  async getContact(options: boolean | UpdateOptions = {}): Promise<Chatroom[]> {
    return this.getChatrooms(options)
  }

  /** The groups; with `contactOnly` those saved to the address book. With `update` the server is asked anew. */
  async getChatrooms(options: boolean | (UpdateOptions & { contactOnly?: boolean }) = {}): Promise<Chatroom[]> {
    await this.#update(options)
    const contactOnly = typeof options === 'object' && options.contactOnly === true
    return this.#account.book.chatrooms(contactOnly)
  }

  /** The official accounts. With `update` the server is asked anew. */
  async getMps(options: boolean | UpdateOptions = {}): Promise<MassivePlatform[]> {
    await this.#update(options)
    return this.#account.book.massivePlatforms()
  }

  /** What `getFriends()` answers, without waiting; empty before a login. */
  get memberList(): User[] {
    return this.#account.book.hasSelf ? this.#account.book.friends() : []
  }

  /** What `getChatrooms()` answers, without waiting. */
  get chatroomList(): Chatroom[] {
    return this.#account.book.chatrooms()
  }

  /** What `getMps()` answers, without waiting. */
  get mpList(): MassivePlatform[] {
    return this.#account.book.massivePlatforms()
  }

  /**
   * Without an argument the own account; by `userName` one friend or `undefined`; by anything else every friend that matches
   * exactly. A criterion that is `''` or `undefined` matches no contact.
   */
  searchFriends(): User
  searchFriends(query: FriendQuery & { userName: string }): User | undefined
  searchFriends(query: FriendQuery): User[]
  searchFriends(...[query]: [(FriendQuery & { userName?: string })?]): User | undefined | User[] {
    return query === undefined ? this.#account.book.self : this.#account.book.searchFriends(queryOf(query))
  }

  /** By `userName` one group or `undefined`; by `name` every group whose name contains it. */
  searchChatrooms(query: { userName: string; name?: string | undefined }): Chatroom | undefined
  searchChatrooms(query?: { name?: string | undefined }): Chatroom[]
  searchChatrooms(query: { userName?: string; name?: string | undefined } = {}): Chatroom | undefined | Chatroom[] {
    return this.#account.search.chatrooms(queryOf(query))
  }

  /** By `userName` one official account or `undefined`; by `name` every one whose name contains it. */
  searchMps(query: { userName: string; name?: string | undefined }): MassivePlatform | undefined
  searchMps(query?: { name?: string | undefined }): MassivePlatform[]
  searchMps(
    query: { userName?: string; name?: string | undefined } = {},
  ): MassivePlatform | undefined | MassivePlatform[] {
    return this.#account.search.massivePlatforms(queryOf(query))
  }

  /** Everybody the predicate says yes to: friends, groups, official and built-in accounts, strangers. */
  match(predicate: (contact: Contact) => boolean): Contact[] {
    if (typeof predicate !== 'function') {
      throw invalidArgument('predicate', { expected: 'a function', found: describeValue(predicate) })
    }
    return this.#account.book.all().filter(predicate)
  }

  /**
   * Friends, groups and official accounts as a contact book finds them: by a part of remark, name or WeChat id, of its pinyin,
   * or of its initials; case does not matter. The best come first: the whole name, then its beginning, then the rest. It looks
   * through everybody: milliseconds in a large account, where `searchFriends` takes microseconds at most.
   */
  searchContacts(text: string): Contact[] {
    return typeof text === 'string' ? this.#account.search.find(text) : []
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
    const contacts = this.#contacts
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
    const contacts = this.#contacts
    return isList(userName) ? contacts.updateChatrooms(userName, given) : contacts.updateChatroom(userName, given)
  }

  /** Sets a friend's remark; `''` takes it away. @see docs/protocol.md §4.5 */
  async setAlias(userName: ContactReference, alias: string, options?: OperationOptions): Promise<OperationResult> {
    return this.#contacts.setAlias(userName, alias, options)
  }

  /**
   * Puts the chat with a friend or group on top of the list on the phone, or back. The server then often reveals a Uin.
   *
   * @see docs/protocol.md §4.5
   */
  async setPinned(userName: ContactReference, isPinned = true, options?: OperationOptions): Promise<OperationResult> {
    return this.#contacts.setPinned(userName, isPinned, options)
  }

  /** Marks a conversation as read, on the phone too. */
  async markRead(toUserName: string, options: OperationOptions = {}): Promise<void> {
    const transport = this.#account.link.requireSession()
    await requireMember(transport, 'markRead', 'markRead').call(transport, toUserName, options.signal)
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
    return this.#contacts.addFriend(given, {
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
    const contacts = this.#contacts
    return picDir === undefined ? contacts.headImage(target, target) : contacts.headImageFile(target, picDir, target)
  }

  /**
   * Makes a group of oneself and at least two friends. The result is accepted wherever a group is.
   *
   * @param topic the group's name. Default: none
   * @throws ServerError when groups are made too often
   * @see docs/protocol.md §4.6
   */
  async createChatroom(
    memberList: ContactReferences,
    topic?: string,
    options?: OperationOptions,
  ): Promise<CreateChatroomResult> {
    return this.#contacts.createChatroom(memberList, topic, options)
  }

  /** Renames a group. @throws ServerError in groups where only the owner may @see docs/protocol.md §4.7 */
  async setChatroomName(
    chatroomUserName: ContactReference,
    name: string,
    options?: OperationOptions,
  ): Promise<OperationResult> {
    return this.#contacts.setChatroomName(chatroomUserName, name, options)
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
    return this.#contacts.addMembers(chatroomUserName, memberList, given)
  }

  /** Removes members from a group. @throws ServerError for anybody but its owner @see docs/protocol.md §4.7 */
  async deleteMemberFromChatroom(
    chatroomUserName: ContactReference,
    memberList: ContactReferences,
    options?: OperationOptions,
  ): Promise<OperationResult> {
    return this.#contacts.deleteMembers(chatroomUserName, memberList, options)
  }

  /**
   * Sends a text, or a file made with `file()`. A text that starts with `@fil@`, `@img@` or `@vid@` sends the file it names,
   * where that is allowed; one that starts with `@msg@` is sent without those five characters. A long text goes out in parts.
   *
   * @param toUserName default: oneself
   * @throws DirectiveError for a text that may not send a file; nothing is sent then
   * @throws ArgumentError, FileError, ServerError, NetworkError whose `outcome` says whether it may have arrived
   */
  async send(
    msg: string | SendableFile,
    toUserName: ContactReference = this.#self,
    options?: SendOptions,
  ): Promise<SendResult> {
    return this.#sender.send(msg, userNameOf(toUserName, 'toUserName'), options)
  }

  /** Sends a text as it stands: the way to send what strangers wrote. @param toUserName default: oneself */
  async sendMsg(
    msg = 'Test Message',
    toUserName: ContactReference = this.#self,
    options?: SendOptions,
  ): Promise<SendResult> {
    return this.#sender.sendMsg(msg, userNameOf(toUserName, 'toUserName'), options)
  }

  /** Sends content of any inline MsgType. @param toUserName default: oneself @see docs/protocol.md §6.2 */
  async sendRawMsg(
    msgType: number,
    content: string,
    toUserName: ContactReference = this.#self,
    options?: SendOptions,
  ): Promise<SendResult> {
    return this.#sender.sendRawMsg(msgType, content, userNameOf(toUserName, 'toUserName'), options)
  }

  /**
   * Sends a file of any size, uploaded in chunks.
   *
   * @param source a path, `file:` URL, bytes, Blob, stream, or what `uploadFile` left on the server
   * @param toUserName default: oneself
   * @throws FileError for a missing, empty or unreadable file; no request is made then
   */
  async sendFile(
    source: FileSource | MediaReference,
    toUserName: ContactReference = this.#self,
    options?: SendFileOptions,
  ): Promise<SendResult> {
    return this.#sender.sendFile(source, userNameOf(toUserName, 'toUserName'), options)
  }

  /**
   * Sends a picture, whatever its name: bmp, png and jpeg as pictures, gif as a sticker, any other format as a file. Otherwise as
   * `sendFile`.
   *
   * @see docs/protocol.md §6.7
   */
  async sendImage(
    source: FileSource | MediaReference,
    toUserName: ContactReference = this.#self,
    options?: SendFileOptions,
  ): Promise<SendResult> {
    return this.#sender.sendImage(source, userNameOf(toUserName, 'toUserName'), options)
  }

  /** The same as `sendImage`. */
  sendImg(...given: Parameters<Itchat['sendImage']>): Promise<SendResult> {
    return this.sendImage(...given)
  }

  /** Sends a video. Otherwise as `sendFile`. */
  async sendVideo(
    source: FileSource | MediaReference,
    toUserName: ContactReference = this.#self,
    options?: SendFileOptions,
  ): Promise<SendResult> {
    return this.#sender.sendVideo(source, userNameOf(toUserName, 'toUserName'), options)
  }

  /**
   * Uploads a file without sending it; its `MediaId` can be sent as often as wanted while the session lives.
   *
   * @throws FileError for a missing, empty or unreadable file, and with `isPicture` for a format that cannot become a picture; no
   * request is made then
   */
  async uploadFile(source: FileSource, options: UploadFileOptions = {}): Promise<UploadResult> {
    const { notebook = this.#self } = this.#account.link.requireSession()
    const { isPicture, isVideo, toUserName = notebook, ...rest } = options
    return this.#sender.upload(source, isPicture ? 'image' : isVideo ? 'video' : 'file', toUserName, rest)
  }

  /** Sends the card of a contact. @param toUserName default: oneself @see docs/protocol.md §6.2 */
  async sendCard(
    contact: User | MassivePlatform,
    toUserName: ContactReference = this.#self,
    options?: SendOptions,
  ): Promise<SendResult> {
    return this.#sender.sendCard(contact, userNameOf(toUserName, 'toUserName'), options)
  }

  /**
   * Takes a sent message back; the server allows it for two minutes.
   *
   * @param msgId `MsgID` of the send's result
   */
  async revoke(
    msgId: string,
    toUserName: string,
    localId?: string,
    options: OperationOptions = {},
  ): Promise<OperationResult> {
    const transport = this.#account.link.requireSession()
    const revoke = requireMember(transport, 'revoke', 'revoke')
    return { ok: true, ...(await revoke.call(transport, { msgId, toUserName, localId }, options.signal)) }
  }

  /** A file as the program's own word, for `send` and for handlers to return. */
  file(source: FileSource, options?: { as?: SendAs; name?: string }): SendableFile {
    return new SendableFile(source, options)
  }

  /**
   * Writes the session to a file that only its owner can read.
   *
   * @param fileDir default: `statusStorageDir` of `autoLogin`, else `itchat.json`
   * @throws StateError before a login, FileError
   */
  async dumpLoginStatus(fileDir?: string, { signal }: OperationOptions = {}): Promise<void> {
    signal?.throwIfAborted()
    await raceSignal(this.#account.login.dump(fileDir), signal)
  }

  /**
   * Continues the session of such a file, when the server still accepts it; resolves to whether it does. A file that cannot be
   * used is left as it is and reported.
   *
   * @throws NetworkError when the server cannot be asked
   */
  loadLoginStatus(
    fileDir?: string,
    options: Pick<LoginOptions, 'loginCallback' | 'exitCallback' | 'relogin' | 'signal'> = {},
  ): Promise<boolean> {
    return this.#account.login.load(fileDir, options)
  }

  /** Changes what this instance logs, and where to; what is not given stays. @throws ArgumentError, FileError */
  setLogging(options: LoggingOptions): void {
    this.#account.logger.set(options)
  }

  /**
   * Ends the session on the server and here, and a login that is on its way. Resolves after handlers in flight and `exitCallback`.
   *
   * @param options the signal ends the wait; a logout that has begun goes on
   */
  async logout({ signal }: OperationOptions = {}): Promise<void> {
    signal?.throwIfAborted()
    const { login, session } = this.#account
    const cancelLogin = () => login.cancel(new StateError('logout() was called during the login.'))
    await raceSignal(session.logout(cancelLogin), signal)
  }

  /**
   * Ends this instance without logging it out, so that a saved session stays good. Resolves after handlers in flight and
   * `exitCallback`; called from a handler, it does not wait for that handler.
   */
  close(): Promise<void> {
    return this.#account.session.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** For one step of a login. @throws StateError where the table says that it is not legal; UnsupportedError */
  #stepOf(call: string, kind: CallKind = 'step'): Login {
    const { link, login, session } = this.#account
    session.machine.require(kind, call)
    requireFeature(link.get(), 'stepLogin')
    return login
  }

  /** @throws StateError without a session */
  get #contacts(): Contacts {
    this.#account.link.requireSession()
    return this.#account.contacts
  }

  /** @throws StateError without a session */
  get #sender(): Sender {
    this.#account.link.requireSession()
    return this.#account.sender
  }

  get #self(): string {
    return this.#account.book.self.UserName
  }

  async #update(options: boolean | UpdateOptions): Promise<void> {
    const { update, signal }: UpdateOptions = typeof options === 'boolean' ? { update: options } : options
    if (update) await this.#contacts.update(signal)
  }
}

/** @throws ArgumentError for anything but an object, such as a bare name */
function queryOf<T extends object>(query: T): T {
  if (typeof query === 'object' && query !== null) return query
  throw invalidArgument('query', { expected: 'an object such as { name }', found: describeValue(query) })
}

/** `Array.isArray` forgets that a list may be read-only. */
function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value)
}

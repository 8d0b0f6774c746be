import type { AddFriendOptions } from '../account/contacts/add-friend.js'
import { userNameOf } from '../account/contacts/contact-arguments.js'
import type { Contacts, CreateChatroomResult } from '../account/contacts/contacts.js'
import { EVENTS, type ItchatEvents, type State } from '../account/events.js'
import type { LoggingOptions } from '../account/logging.js'
import {
  AUTO_LOGIN_OPTIONS,
  CHATROOMS_OPTIONS,
  GET_QR_OPTIONS,
  HEAD_IMAGE_OPTIONS,
  LOGIN_OPTIONS,
  RUN_OPTIONS,
  UPDATE_OPTIONS,
  UPLOAD_OPTIONS,
} from '../account/option-names.js'
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
import { checkQuery, FRIEND_CRITERIA, NAME_CRITERIA } from '../contact/search-query.js'
import { StateError } from '../errors.js'
import type { MessageType } from '../message/fields.js'
import type { SendAs } from '../transport/content.js'
import { type Feature, supports } from '../transport/features.js'
import { requireFeature, requireMember } from '../transport/require-feature.js'
import { checkOptions, unknownName } from '../util/check-options.js'
import { describeValue, invalidArgument } from '../util/invalid-argument.js'
import { raceSignal } from '../util/race-signal.js'
import { ACTIVITY, type Activity } from './activity.js'
import { type Account, compose } from './compose.js'
import type { Middleware } from './handlers/middleware.js'
import { register } from './handlers/register-arguments.js'
import type { Handler, RegisterOptions } from './handlers/registry.js'

/** Key of the signal that aborts when an instance starts to close. */
export const CLOSING = Symbol('closing')

/**
 * One account: logs in, receives messages and replies to them.
 *
 * An instance does nothing until a method is called. Methods that fail throw an `ItchatError`; `getQRuuid`, `checkLogin`
 * and `loadLoginStatus` return a value for outcomes that programs branch on.
 */
export class Itchat {
  readonly #account: Account

  /** Makes no request and reads no file. @throws ArgumentError for invalid options, or options that contradict each other */
  constructor(options: ItchatOptions = {}) {
    this.#account = compose(options)
  }

  /** The current state of the session. */
  get state(): State {
    return this.#account.session.state
  }

  /** @internal */
  get [ACTIVITY](): Activity {
    return this.#account.activity
  }

  /** @internal */
  get [CLOSING](): AbortSignal {
    return this.#account.session.closing
  }

  /**
   * Whether this instance's transport supports a feature. Works before a login and makes no request.
   *
   * @throws ArgumentError for an unknown feature, StateError after `close()`
   */
  supports(feature: Feature): boolean {
    return supports(this.#account.link.description.features, feature)
  }

  /**
   * The current pacing state of this account, as a JSON-compatible object. Set it on the next instance that uses the
   * account, so that messages sent earlier are counted.
   *
   * @throws ArgumentError if set to an invalid state
   */
  get pacingState(): PaceState {
    return this.#account.pace.state
  }

  set pacingState(state: PaceState) {
    this.#account.pace.restore(state)
  }

  /**
   * Adds a listener; returns a function that removes it. Errors thrown by a listener are emitted as `error` events.
   *
   * @throws ArgumentError for an unknown event, or a listener that is not a function
   */
  on<K extends keyof ItchatEvents>(event: K, listener: (payload: ItchatEvents[K]) => unknown): () => void {
    checkListener(event, listener)
    return this.#account.emitter.on(event, listener)
  }

  /** Removes a listener. */
  off<K extends keyof ItchatEvents>(event: K, listener: (payload: ItchatEvents[K]) => unknown): void {
    this.#account.emitter.off(event, listener)
  }

  /**
   * Registers a handler for message types in conversations with friends, or in the conversations selected by the
   * options. A handler without types is registered for all messages that have no other handler. Without a handler,
   * returns a decorator. Text returned by the handler is sent to the conversation.
   *
   * @throws ArgumentError for an unknown type
   */
  msgRegister(handler: Handler): Handler
  msgRegister<K extends MessageType>(types: K | readonly K[], handler: Handler<K>): Handler<K>
  msgRegister<K extends MessageType>(types: K | readonly K[], options: RegisterOptions, handler: Handler<K>): Handler<K>
  msgRegister<K extends MessageType>(
    types: K | readonly K[],
    options?: RegisterOptions,
  ): <H extends Handler<K>>(handler: H) => H
  msgRegister(...args: unknown[]): unknown {
    return register(this.#account.registry, args)
  }

  /** Removes all registrations of a handler; returns whether there were any. */
  msgUnregister<K extends MessageType>(handler: Handler<K>): boolean {
    return this.#account.registry.remove(handler)
  }

  /**
   * Adds middleware; returns a function that removes it. Middleware runs before the handler, in the order added, for
   * every message, including this account's own messages, `System` messages and messages without a handler, but not for
   * echoes of messages sent by this client.
   *
   * @throws ArgumentError if it is not a function
   */
  use(middleware: Middleware): () => void {
    return this.#account.middleware.add(middleware)
  }

  /**
   * Logs in: resumes the last session if `hotReload` is on and the server accepts it; otherwise, shows a QR code.
   *
   * @param options `true` means `{ hotReload: true }`
   * @throws LoginError if the login is refused or not confirmed, or needs a verify code that the program cannot ask for
   * @throws NetworkError if the server cannot be reached, ProtocolError if it does not follow the protocol
   */
  async autoLogin(options: boolean | AutoLoginOptions = {}): Promise<void> {
    const auto = typeof options === 'boolean' ? { hotReload: options } : options
    checkOptions(auto, AUTO_LOGIN_OPTIONS)
    await this.#account.login.auto(auto)
  }

  /**
   * Logs in by QR code, loads the contacts and starts receiving.
   *
   * @throws LoginError, NetworkError, ProtocolError, or the signal's reason
   */
  async login(options: LoginOptions = {}): Promise<void> {
    checkOptions(options, LOGIN_OPTIONS)
    await this.#account.login.byQr(options)
  }

  /**
   * Step 1: requests a new QR code uuid. Resolves to `undefined` if the server does not return one.
   *
   * @throws StateError if this account is already logged in; this applies to every step
   * @see docs/protocol.md §3.1
   */
  async getQRuuid(options: OperationOptions = {}): Promise<string | undefined> {
    return this.#stepOf('getQRuuid').requestCode(options.signal)
  }

  /**
   * Step 2: shows the QR code for a uuid, by default the one from the last `getQRuuid()`. Resolves to its PNG bytes.
   *
   * @throws StateError without a uuid, FileError if the picture cannot be written
   */
  async getQR(options: string | (QrOptions & OperationOptions & { uuid?: string }) = {}): Promise<Uint8Array> {
    if (typeof options !== 'string') checkOptions(options, GET_QR_OPTIONS)
    const { signal, ...display } = typeof options === 'string' ? { uuid: options } : options
    signal?.throwIfAborted()
    const png = await raceSignal(this.#stepOf('getQR').show(display), signal)
    return png()
  }

  /**
   * Step 3: waits up to 25 s for the phone and resolves to the server's code: `'200'` confirmed, `'201'` scanned, `'408'`
   * still waiting, `'400'` expired …
   *
   * @throws LoginError if the server refuses this account
   * @see docs/protocol.md §3.3
   */
  async checkLogin(uuid?: string, options: OperationOptions = {}): Promise<string> {
    const { code } = await this.#stepOf('checkLogin').poll(uuid, options.signal)
    return code
  }

  /**
   * Submits the code that the phone shows, after a `verifyCode` event. The next poll of a login, or the next
   * `checkLogin()`, sends it; another `verifyCode` event means that it was wrong.
   *
   * @throws StateError if no login is waiting for a code, ArgumentError unless the code consists of digits
   */
  submitVerifyCode(code: string): void {
    this.#stepOf('submitVerifyCode').submitVerifyCode(code)
  }

  /**
   * Step 4: starts the session. Resolves to the server's raw reply, plus the fields of this account.
   *
   * @see docs/protocol.md §3.6
   */
  async webInit(options: OperationOptions = {}): Promise<Record<string, unknown>> {
    this.#requireStepLogin()
    return this.#stepOf('webInit', 'start').init(options.signal)
  }

  /** Step 5: shows on the phone that the web client is online. @see docs/protocol.md §3.7 */
  async showMobileLogin(options: OperationOptions = {}): Promise<void> {
    this.#requireStepLogin()
    await this.#account.link.requireSession().login.announce?.(options.signal)
  }

  /** Step 7: starts receiving in the background. Messages are queued until `run()` or `configuredReply()` is called. */
  startReceiving(exitCallback?: () => unknown): void {
    this.#requireStepLogin()
    const { login, session } = this.#account
    session.machine.require('receive', 'startReceiving')
    login.start(exitCallback)
  }

  /**
   * Delivers messages to their handlers until the session ends, `close()` is called or the signal aborts.
   *
   * @param options `true` means `{ debug: true }`
   * @throws StateError without a login
   */
  async run(options: boolean | RunOptions = {}): Promise<void> {
    if (typeof options !== 'boolean') checkOptions(options, RUN_OPTIONS)
    const { debug = false, blockThread = true, signal } = typeof options === 'boolean' ? { debug: options } : options
    if (debug) this.setLogging({ loggingLevel: 'debug' })
    const ended = this.#account.session.run(signal)
    if (blockThread) await ended
  }

  /** Handles one waiting message, or waits up to a second for one; resolves to whether middleware or a handler ran. */
  configuredReply(options: OperationOptions = {}): Promise<boolean> {
    return this.#account.dispatcher.next(options.signal)
  }

  /**
   * Fetches the raw messages received and the contacts changed since the last call. No handlers are called.
   *
   * @throws StateError while receiving
   */
  async getMsg(
    options: OperationOptions = {},
  ): Promise<[messages: Record<string, unknown>[], contacts: Record<string, unknown>[]]> {
    this.#requireStepLogin()
    return this.#account.login.fetchNew(options.signal)
  }

  /**
   * All users in the address book, this account first. `update` reloads them from the server, removing deleted
   * contacts.
   */
  async getFriends(options: boolean | UpdateOptions = {}): Promise<User[]> {
    await this.#update(options)
    return this.#account.book.friends()
  }

  /** The groups. `update` reloads them from the server. */
  async getContact(options: boolean | UpdateOptions = {}): Promise<Chatroom[]> {
    return this.getChatrooms(options)
  }

  /** The groups; with `contactOnly`, only groups saved to the address book. `update` reloads them from the server. */
  async getChatrooms(options: boolean | (UpdateOptions & { contactOnly?: boolean }) = {}): Promise<Chatroom[]> {
    await this.#update(options, CHATROOMS_OPTIONS)
    const contactOnly = typeof options === 'object' && options.contactOnly === true
    return this.#account.book.chatrooms(contactOnly)
  }

  /** The official accounts. `update` reloads them from the server. */
  async getMps(options: boolean | UpdateOptions = {}): Promise<MassivePlatform[]> {
    await this.#update(options)
    return this.#account.book.massivePlatforms()
  }

  /** The result of `getFriends()`, synchronously; empty before a login. */
  get memberList(): User[] {
    return this.#account.book.hasSelf ? this.#account.book.friends() : []
  }

  /** The result of `getChatrooms()`, synchronously. */
  get chatroomList(): Chatroom[] {
    return this.#account.book.chatrooms()
  }

  /** The result of `getMps()`, synchronously. */
  get mpList(): MassivePlatform[] {
    return this.#account.book.massivePlatforms()
  }

  /**
   * Without an argument, returns this account; with `userName`, one friend or `undefined`; with other criteria, every
   * friend who matches them exactly. A criterion that is `''` or `undefined` matches no contact.
   *
   * @throws ArgumentError for an unknown criterion, here and in the other searches
   */
  searchFriends(): User
  searchFriends(query: FriendQuery & { userName: string }): User | undefined
  searchFriends(query: FriendQuery): User[]
  searchFriends(...[query]: [(FriendQuery & { userName?: string })?]): User | undefined | User[] {
    if (query === undefined) return this.#account.book.self
    checkQuery(query, FRIEND_CRITERIA)
    return this.#account.book.searchFriends(query)
  }

  /** With `userName`, returns one group or `undefined`; with `name`, every group whose name contains it. */
  searchChatrooms(query: { userName: string; name?: string | undefined }): Chatroom | undefined
  searchChatrooms(query?: { name?: string | undefined }): Chatroom[]
  searchChatrooms(query: { userName?: string; name?: string | undefined } = {}): Chatroom | undefined | Chatroom[] {
    checkQuery(query, NAME_CRITERIA)
    return this.#account.search.chatrooms(query)
  }

  /** With `userName`, returns one official account or `undefined`; with `name`, all whose names contain it. */
  searchMps(query: { userName: string; name?: string | undefined }): MassivePlatform | undefined
  searchMps(query?: { name?: string | undefined }): MassivePlatform[]
  searchMps(
    query: { userName?: string; name?: string | undefined } = {},
  ): MassivePlatform | undefined | MassivePlatform[] {
    checkQuery(query, NAME_CRITERIA)
    return this.#account.search.massivePlatforms(query)
  }

  /** All contacts that match the predicate, including groups, official accounts, built-in accounts and strangers. */
  match(predicate: (contact: Contact) => boolean): Contact[] {
    if (typeof predicate !== 'function') {
      throw invalidArgument('predicate', { expected: 'a function', found: describeValue(predicate) })
    }
    return this.#account.book.all().filter(predicate)
  }

  /**
   * Searches friends, groups and official accounts by part of a remark, name or WeChat id, or by part of its pinyin or
   * pinyin initials, ignoring case. The best matches come first: exact matches, then prefixes, then other matches.
   * Scans all contacts, which takes milliseconds in a large account; `searchFriends` takes microseconds at most.
   */
  searchContacts(text: string): Contact[] {
    return typeof text === 'string' ? this.#account.search.find(text) : []
  }

  /**
   * Fetches the details of one or more users and updates their objects.
   *
   * @throws ArgumentError also for a name that the server does not know; ProtocolError if the list is missing from the
   * reply
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
   * Fetches the members of one or more groups and updates their objects: 50 per request, three requests at a time.
   *
   * @param options `true` means `{ detailedMember: true }`
   * @see docs/protocol.md §4.2
   */
  updateChatroom(userName: readonly ContactReference[], options?: boolean | UpdateChatroomOptions): Promise<Chatroom[]>
  updateChatroom(userName: ContactReference, options?: boolean | UpdateChatroomOptions): Promise<Chatroom>
  async updateChatroom(
    userName: ContactReference | readonly ContactReference[],
    options: boolean | UpdateChatroomOptions = {},
  ): Promise<Chatroom | Chatroom[]> {
    const update = typeof options === 'boolean' ? { detailedMember: options } : options
    const contacts = this.#contacts
    return isList(userName) ? contacts.updateChatrooms(userName, update) : contacts.updateChatroom(userName, update)
  }

  /** Sets a friend's remark; `''` removes it. @see docs/protocol.md §4.5 */
  async setAlias(userName: ContactReference, alias: string, options?: OperationOptions): Promise<OperationResult> {
    return this.#contacts.setAlias(userName, alias, options)
  }

  /**
   * Pins the chat with a friend or group to the top of the chat list on the phone, or unpins it. In response,
   * the server often reveals permanent ids (`Uin`).
   *
   * @see docs/protocol.md §4.5
   */
  async setPinned(userName: ContactReference, isPinned = true, options?: OperationOptions): Promise<OperationResult> {
    return this.#contacts.setPinned(userName, isPinned, options)
  }

  /** Marks a conversation as read, also on the phone. @throws ArgumentError without a UserName */
  async markRead(toUserName: string, options: OperationOptions = {}): Promise<void> {
    const transport = this.#account.link.requireSession()
    const userName = userNameOf(toUserName, 'toUserName')
    await requireMember(transport, 'markRead', 'markRead').call(transport, userName, options.signal)
  }

  /**
   * Sends a friend request (`status` 2), accepts one (3), or follows an official account (1). `addFriend(msg.text)` and
   * `addFriend(msg.request)` accept the request in `msg`.
   *
   * @param verifyContent the greeting; with `status` 3, the ticket of the request
   * @throws ArgumentError also for accepting a request without its ticket
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
    target: ContactReference | AddFriendOptions,
    status?: number,
    verifyContent?: string,
    autoUpdate?: boolean,
    options?: OperationOptions,
  ): Promise<OperationResult> {
    return this.#contacts.addFriend(target, {
      ...options,
      ...(status === undefined ? {} : { status }),
      ...(verifyContent === undefined ? {} : { verifyContent }),
      ...(autoUpdate === undefined ? {} : { autoUpdate }),
    })
  }

  /**
   * Fetches an avatar: by default, the avatar of this account; with `userName`, of a user; with `chatroomUserName`, of
   * a group; with both, of a group member. Resolves to its bytes or, with `picDir`, to the written file.
   *
   * @throws FileError if the file cannot be written, ProtocolError if the server has no avatar
   * @see docs/protocol.md §4.3
   */
  getHeadImg(options: HeadImageOptions & { picDir: string }): Promise<HeadImageFile>
  getHeadImg(options?: HeadImageOptions & { picDir?: undefined }): Promise<Uint8Array>
  async getHeadImg(options: HeadImageOptions = {}): Promise<Uint8Array | HeadImageFile> {
    checkOptions(options, HEAD_IMAGE_OPTIONS)
    const { picDir, ...target } = options
    const contacts = this.#contacts
    return picDir === undefined ? contacts.headImage(target, target) : contacts.headImageFile(target, picDir, target)
  }

  /**
   * Creates a group with at least two friends. The result can be passed wherever a group is accepted.
   *
   * @param topic the group's name. Default: no name
   * @throws ServerError if groups are created too often
   * @see docs/protocol.md §4.6
   */
  async createChatroom(
    memberList: ContactReferences,
    topic?: string,
    options?: OperationOptions,
  ): Promise<CreateChatroomResult> {
    return this.#contacts.createChatroom(memberList, topic, options)
  }

  /** Renames a group. @throws ServerError in groups that only the owner may rename @see docs/protocol.md §4.7 */
  async setChatroomName(
    chatroomUserName: ContactReference,
    name: string,
    options?: OperationOptions,
  ): Promise<OperationResult> {
    return this.#contacts.setChatroomName(chatroomUserName, name, options)
  }

  /**
   * Adds friends to a group. Invites them instead with `useInvitation`, or if the group would reach the size at which
   * the server requires invitations (40, unless the server sets a different size).
   *
   * @param options `true` means `{ useInvitation: true }`
   * @see docs/protocol.md §4.7
   */
  async addMemberIntoChatroom(
    chatroomUserName: ContactReference,
    memberList: ContactReferences,
    options: boolean | AddMemberOptions = {},
  ): Promise<MembersResult> {
    const addOptions = typeof options === 'boolean' ? { useInvitation: options } : options
    return this.#contacts.addMembers(chatroomUserName, memberList, addOptions)
  }

  /** Removes members from a group. @throws ServerError unless this account owns the group @see docs/protocol.md §4.7 */
  async deleteMemberFromChatroom(
    chatroomUserName: ContactReference,
    memberList: ContactReferences,
    options?: OperationOptions,
  ): Promise<OperationResult> {
    return this.#contacts.deleteMembers(chatroomUserName, memberList, options)
  }

  /**
   * Sends text, or a file created with `file()`. Text that starts with `@fil@`, `@img@` or `@vid@` sends the file named
   * in it, if this is allowed; text that starts with `@msg@` is sent without that prefix. Long text is sent in parts.
   *
   * @param toUserName default: the owner of the account where the transport is a bot of theirs, otherwise this account
   * @throws DirectiveError for text that may not be used to send a file; nothing is sent
   * @throws RefusedError when the message is refused for now, unless `options.queue` is set
   * @throws ArgumentError, FileError, ServerError, NetworkError (its `outcome` indicates whether the message may have
   * arrived)
   */
  async send(msg: string | SendableFile, toUserName?: ContactReference, options?: SendOptions): Promise<SendResult> {
    return this.#sender.send(msg, recipientOf(toUserName), options)
  }

  /** Sends text verbatim. Use it for text written by strangers. @param toUserName default: that of `send` */
  async sendMsg(msg = 'Test Message', toUserName?: ContactReference, options?: SendOptions): Promise<SendResult> {
    return this.#sender.sendMsg(msg, recipientOf(toUserName), options)
  }

  /** Sends content with any inline MsgType. @param toUserName default: that of `send` @see docs/protocol.md §6.2 */
  async sendRawMsg(
    msgType: number,
    content: string,
    toUserName?: ContactReference,
    options?: SendOptions,
  ): Promise<SendResult> {
    return this.#sender.sendRawMsg(msgType, content, recipientOf(toUserName), options)
  }

  /**
   * Sends a file of any size, uploaded in chunks.
   *
   * @param source a path, `file:` URL, bytes, Blob, stream, or the result of `uploadFile`
   * @param toUserName default: that of `send`
   * @throws FileError for a missing, empty or unreadable file, before any request is made
   */
  async sendFile(
    source: FileSource | MediaReference,
    toUserName?: ContactReference,
    options?: SendFileOptions,
  ): Promise<SendResult> {
    return this.#sender.sendFile(source, recipientOf(toUserName), options)
  }

  /**
   * Sends a picture. The content, not the name, determines how it is sent: BMP, PNG and JPEG as a picture, GIF as a
   * sticker, and any other format as a file. Otherwise like `sendFile`.
   *
   * @see docs/protocol.md §6.7
   */
  async sendImage(
    source: FileSource | MediaReference,
    toUserName?: ContactReference,
    options?: SendFileOptions,
  ): Promise<SendResult> {
    return this.#sender.sendImage(source, recipientOf(toUserName), options)
  }

  /** Alias of `sendImage`. */
  sendImg(...args: Parameters<Itchat['sendImage']>): Promise<SendResult> {
    return this.sendImage(...args)
  }

  /** Sends a video. Otherwise like `sendFile`. */
  async sendVideo(
    source: FileSource | MediaReference,
    toUserName?: ContactReference,
    options?: SendFileOptions,
  ): Promise<SendResult> {
    return this.#sender.sendVideo(source, recipientOf(toUserName), options)
  }

  /**
   * Uploads a file without sending it. The result can be sent any number of times until the session ends.
   *
   * @throws UnsupportedError when the transport has no feature `rawMessages`
   * @throws FileError for a missing, empty or unreadable file, and with `isPicture`, for a format that cannot be sent
   * as a picture; in either case no request is made
   */
  async uploadFile(source: FileSource, options: UploadFileOptions = {}): Promise<UploadResult> {
    checkOptions(options, UPLOAD_OPTIONS)
    const { notebook } = this.#account.link.requireSession()
    const { isPicture, isVideo, toUserName = notebook, ...rest } = options
    return this.#sender.upload(source, isPicture ? 'image' : isVideo ? 'video' : 'file', toUserName, rest)
  }

  /** Sends a contact's card. @param toUserName default: that of `send` @see docs/protocol.md §6.2 */
  async sendCard(
    contact: User | MassivePlatform,
    toUserName?: ContactReference,
    options?: SendOptions,
  ): Promise<SendResult> {
    return this.#sender.sendCard(contact, recipientOf(toUserName), options)
  }

  /**
   * Revokes a sent message; the server allows this for two minutes.
   *
   * @param msgId `MsgID` from the result of sending the message
   * @throws ArgumentError for an empty id, or without a UserName
   */
  async revoke(
    msgId: string,
    toUserName: string,
    localId?: string,
    options: OperationOptions = {},
  ): Promise<OperationResult> {
    const transport = this.#account.link.requireSession()
    const revoke = requireMember(transport, 'revoke', 'revoke')
    if (typeof msgId !== 'string' || msgId === '') {
      throw invalidArgument('msgId', { expected: 'the MsgID of a sent message', found: describeValue(msgId) })
    }
    const sent = { msgId, toUserName: userNameOf(toUserName, 'toUserName'), localId }
    return { ok: true, ...(await revoke.call(transport, sent, options.signal)) }
  }

  /** Creates a file to pass to `send` or to return from a handler. */
  file(source: FileSource, options?: { as?: SendAs; name?: string }): SendableFile {
    return new SendableFile(source, options)
  }

  /**
   * Saves the login to a file that only its owner can read.
   *
   * @param fileDir default: the `statusStorageDir` passed to `autoLogin`, or else `itchat.json`
   * @throws StateError before a login, ArgumentError for a file that this library did not write, FileError
   */
  async dumpLoginStatus(fileDir?: string, { signal }: OperationOptions = {}): Promise<void> {
    signal?.throwIfAborted()
    await raceSignal(this.#account.login.dump(fileDir), signal)
  }

  /**
   * Resumes the session saved by `dumpLoginStatus`. Resolves to whether the server still accepts it. A file that is
   * unusable, or that this library did not write, is logged as a warning and left unchanged.
   *
   * @throws NetworkError if the server cannot be reached
   */
  async loadLoginStatus(
    fileDir?: string,
    options: Pick<LoginOptions, 'loginCallback' | 'exitCallback' | 'relogin' | 'signal'> = {},
  ): Promise<boolean> {
    checkOptions(options, LOGIN_OPTIONS)
    return this.#account.login.load(fileDir, options)
  }

  /** Changes what this instance logs, and where. Omitted options stay unchanged. @throws ArgumentError, FileError */
  setLogging(options: LoggingOptions): void {
    this.#account.logger.set(options)
  }

  /**
   * Ends the session on the server and locally, and cancels a login in progress. Resolves when handlers in flight and
   * `exitCallback` have finished.
   *
   * @param options `signal` ends the wait; a logout that has already started continues
   */
  async logout({ signal }: OperationOptions = {}): Promise<void> {
    signal?.throwIfAborted()
    const { login, session } = this.#account
    const cancelLogin = () => login.cancel(new StateError('logout() was called during the login.'))
    await raceSignal(session.logout(cancelLogin), signal)
  }

  /**
   * Ends this instance without logging out, so that a saved session stays valid. Resolves when handlers in flight and
   * `exitCallback` have finished; when called from a handler, it does not wait for that handler.
   */
  close(): Promise<void> {
    return this.#account.session.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /**
   * Returns the login after checking that one of its steps may be run.
   *
   * @throws StateError if the step is not allowed in the current state
   */
  #stepOf(call: string, kind: CallKind = 'step'): Login {
    const { login, session } = this.#account
    session.machine.require(kind, call)
    return login
  }

  /**
   * For the steps that `login()` does not consist of on every transport.
   *
   * @throws UnsupportedError; StateError after closing
   */
  #requireStepLogin(): void {
    requireFeature(this.#account.link.description, 'stepLogin')
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

  async #update(
    options: boolean | UpdateOptions,
    names: Readonly<Record<string, true>> = UPDATE_OPTIONS,
  ): Promise<void> {
    if (typeof options !== 'boolean') checkOptions(options, names)
    const { update, signal }: UpdateOptions = typeof options === 'boolean' ? { update: options } : options
    if (update) await this.#contacts.update(signal)
  }
}

/** @throws ArgumentError for an unknown event, or a listener that is not a function */
function checkListener(event: unknown, listener: unknown): void {
  if (typeof event !== 'string' || !Object.hasOwn(EVENTS, event)) {
    throw unknownName(
      'event',
      String(event),
      Object.keys(EVENTS),
      'Messages are passed to handlers: call msgRegister().',
    )
  }
  if (typeof listener === 'function') return
  throw invalidArgument('listener', { expected: 'a function', found: describeValue(listener) })
}

/** The UserName of a recipient; `undefined` for the default. @throws ArgumentError for a value without a UserName */
function recipientOf(toUserName: ContactReference | undefined): string | undefined {
  return toUserName === undefined ? undefined : userNameOf(toUserName, 'toUserName')
}

/** `Array.isArray` does not narrow to read-only arrays. */
function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value)
}

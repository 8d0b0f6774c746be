import type { SendResult } from '../contact/actions.js'
import type { Chatroom, MassivePlatform, User } from '../contact/contact.js'
import { ArgumentError, FileError, StateError } from '../errors.js'
import type { MessageType } from '../message/message.js'
import { silentLogger } from '../util/logger.js'
import type { Dict } from '../util/read.js'
import type { SyncBatch } from '../web/api/sync.js'
import { LOGIN_CODE } from '../web/wire/login.js'
import type { FriendQuery } from './contact-book.js'
import { describeError } from './describe-error.js'
import { Engine } from './engine.js'
import type { ItchatEvents, State } from './events.js'
import { confirmLogin } from './login-flow.js'
import type { AutoLoginOptions, ItchatOptions, LoginOptions, QrOptions, RunOptions } from './options.js'
import { showQr } from './qr-display.js'
import { register } from './register-arguments.js'
import type { Handler, RegisterOptions } from './registry.js'
import { readStateFile, writeStateFile } from './state-file.js'
import { attention, words } from './words.js'

const DEFAULT_STATE_FILE = 'itchat.json'

/**
 * One account: logs in, receives, replies.
 *
 * Nothing happens before a method is called. Failures throw an `ItchatError`; `getQRuuid`, `checkLogin` and
 * `loadLoginStatus` answer with values, because programs branch on them.
 */
export class Itchat {
  readonly #engine: Engine
  #isLoggingIn = false
  #uuid: string | undefined
  /** The account whose session was refused last, for a login without a QR. */
  #pushUin: string | undefined
  #stateFile: string | undefined

  constructor(options: ItchatOptions = {}) {
    this.#engine = new Engine(options)
  }

  /** The truth about the connection. */
  get state(): State {
    return this.#engine.state
  }

  /** Adds a listener; returns the function that removes it. A listener that throws becomes an `error` event. */
  on<K extends keyof ItchatEvents>(event: K, listener: (payload: ItchatEvents[K]) => unknown): () => void {
    return this.#engine.emitter.on(event, listener)
  }

  off<K extends keyof ItchatEvents>(event: K, listener: (payload: ItchatEvents[K]) => unknown): void {
    this.#engine.emitter.off(event, listener)
  }

  /**
   * Registers a handler: for types in friends' conversations, or in those the options name; with a handler alone, for
   * everything nobody else is registered for. Without a handler it returns a decorator. A text the handler returns is sent to
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
    return register(this.#engine.registry, given)
  }

  /**
   * Logs in: continues the last session when `hotReload` is on and the server accepts it, else shows a QR.
   *
   * @param options `true` stands for `{ hotReload: true }`
   * @throws LoginError when the login is refused, or nobody confirms it
   * @throws NetworkError, ProtocolError when the server cannot be reached or is none
   */
  async autoLogin(options: boolean | AutoLoginOptions = {}): Promise<void> {
    const {
      hotReload = false,
      statusStorageDir,
      ...login
    } = typeof options === 'boolean' ? { hotReload: options } : options
    if (!hotReload) return this.login(login)
    this.#stateFile = statusStorageDir ?? DEFAULT_STATE_FILE
    if (await this.loadLoginStatus(this.#stateFile, login)) return
    await this.login(login)
    await this.dumpLoginStatus()
  }

  /**
   * Logs in by QR, loads the contacts and starts receiving.
   *
   * @throws LoginError, NetworkError, ProtocolError; the signal's reason
   */
  async login(options: LoginOptions = {}): Promise<void> {
    if (this.#engine.session || this.#isLoggingIn) {
      this.#engine.logger.warn('login: this instance is logged in or logging in already.')
      return
    }
    this.#isLoggingIn = true
    const signal = options.signal ? AbortSignal.any([options.signal, this.#engine.closing]) : this.#engine.closing
    try {
      const steps = {
        pushLogin: (signal: AbortSignal) => this.#pushLogin(signal),
        getQRuuid: (signal: AbortSignal) => this.getQRuuid({ signal }),
        showQr: (uuid: string) => this.getQR({ ...options, uuid }),
        checkLogin: (uuid: string, signal: AbortSignal) => this.checkLogin(uuid, { signal }),
      }
      // Who takes the QR into his own hands shows the steps himself, too.
      const logger = options.qrCallback ? silentLogger : this.#engine.logger
      await confirmLogin(steps, { ...options, signal }, this.#engine.clock, logger)
      await this.webInit({ signal })
      await this.showMobileLogin({ signal })
      await this.#engine.loadContacts(signal)
      await options.loginCallback?.()
      this.#engine.begin(options.exitCallback, false, logger)
    } catch (error) {
      if (this.#engine.state !== 'closed') this.#engine.state = 'offline'
      throw error
    } finally {
      this.#isLoggingIn = false
    }
  }

  /** Step 1: a new QR uuid; `undefined` when the server has none to give. @see docs/protocol.md §3.1 */
  async getQRuuid(options: { signal?: AbortSignal } = {}): Promise<string | undefined> {
    this.#uuid = await this.#engine.connection.requestUuid(options.signal)
    return this.#uuid
  }

  /**
   * Step 2: shows the QR of a uuid, by default that of the last `getQRuuid()`; resolves to its PNG bytes.
   *
   * @throws StateError without a uuid, FileError when the picture cannot be written
   */
  async getQR(options: string | (QrOptions & { uuid?: string }) = {}): Promise<Uint8Array> {
    const { uuid = this.#uuid, ...show } = typeof options === 'string' ? { uuid: options } : options
    if (!uuid) throw new StateError('getQR: there is no uuid yet; call getQRuuid() first.')
    const link = this.#engine.connection.qrLink(uuid)
    this.#engine.state = 'waitingForScan'
    if (!show.qrCallback) this.#engine.logger.info(words().scan)
    const png = await showQr(uuid, link, show, this.#engine.logger)
    this.#engine.emitter.emit('qr', { uuid, link, png })
    return png
  }

  /**
   * Step 3: waits up to 25 s for the phone and answers the server's code: `'200'` confirmed, `'201'` scanned, `'408'`
   * nothing yet, `'400'` expired …
   *
   * @throws LoginError when the server refuses this account
   * @see docs/protocol.md §3.3
   */
  async checkLogin(uuid: string | undefined = this.#uuid, options: { signal?: AbortSignal } = {}): Promise<string> {
    if (!uuid) throw new StateError('checkLogin: there is no uuid yet; call getQRuuid() first.')
    const { code, avatar } = await this.#engine.connection.pollLogin(uuid, options.signal)
    if (code === LOGIN_CODE.scanned && this.#engine.state !== 'waitingForConfirm') {
      this.#engine.state = 'waitingForConfirm'
      this.#engine.emitter.emit('scanned', avatar === undefined ? {} : { avatar })
    }
    if (code === LOGIN_CODE.confirmed) this.#engine.state = 'loggingIn'
    return String(code)
  }

  /**
   * Step 4: starts the session; resolves to the server's reply with the own account's fields beside it.
   *
   * @see docs/protocol.md §3.6
   */
  async webInit(options: { signal?: AbortSignal } = {}): Promise<Dict> {
    const connection = this.#engine.connection
    const { reply, user, contacts } = await connection.init(options.signal)
    this.#engine.book.reset(user)
    for (const contact of contacts) this.#engine.book.apply(contact)
    return { ...user, ...reply }
  }

  /** Step 5: shows on the phone that the web client is online. @see docs/protocol.md §3.7 */
  async showMobileLogin(options: { signal?: AbortSignal } = {}): Promise<void> {
    await this.#engine.connection.notifyOnline(options.signal)
  }

  /** Step 7: starts receiving in the background. Messages wait until `run()` or `configuredReply()`. */
  startReceiving(exitCallback?: () => unknown): void {
    if (!this.#engine.book.hasSelf) throw new StateError('startReceiving: nobody is logged in; call webInit() first.')
    if (!this.#engine.session) this.#engine.begin(exitCallback, false, this.#engine.logger)
  }

  /**
   * Hands messages to their handlers until the session ends, `close()` is called or the signal aborts.
   *
   * @param options `true` stands for `{ debug: true }`
   * @throws StateError when there was no login
   */
  async run(options: boolean | RunOptions = {}): Promise<void> {
    const { debug = false, blockThread = true, signal } = typeof options === 'boolean' ? { debug: options } : options
    if (debug) this.#engine.logLevel = 'debug'
    const session = this.#engine.session
    if (!session && !this.#engine.hadSession) throw new StateError('run: nobody is logged in; call autoLogin() first.')
    this.#engine.dispatcher.start()
    const close = () => void this.close()
    if (signal?.aborted) close()
    signal?.addEventListener('abort', close, { once: true })
    if (blockThread) await session?.ended.finally(() => signal?.removeEventListener('abort', close))
  }

  /** Handles one waiting message; resolves to whether there was one, after a second at most when none comes. */
  configuredReply(): Promise<boolean> {
    return this.#engine.dispatcher.next()
  }

  /** Everybody in the address book, oneself first. With `update` the server is asked anew. */
  async getFriends(options: boolean | { update?: boolean } = {}): Promise<User[]> {
    await this.#update(options)
    return this.#engine.book.friends()
  }

  /** The groups. With `update` the server is asked anew. */
  async getContact(options: boolean | { update?: boolean } = {}): Promise<Chatroom[]> {
    return this.getChatrooms(options)
  }

  /** The groups; with `contactOnly` those saved to the address book. With `update` the server is asked anew. */
  async getChatrooms(options: boolean | { update?: boolean; contactOnly?: boolean } = {}): Promise<Chatroom[]> {
    await this.#update(options)
    const contactOnly = typeof options === 'object' && options.contactOnly === true
    return this.#engine.book.chatrooms(contactOnly)
  }

  /** The official accounts. With `update` the server is asked anew. */
  async getMps(options: boolean | { update?: boolean } = {}): Promise<MassivePlatform[]> {
    await this.#update(options)
    return this.#engine.book.massivePlatforms()
  }

  /**
   * Without an argument the own account; by `userName` one friend or `undefined`; by anything else every friend that matches
   * exactly. A criterion that is `''` or `undefined` finds nobody.
   */
  searchFriends(): User
  searchFriends(query: { userName: string }): User | undefined
  searchFriends(query: FriendQuery): User[]
  searchFriends(query?: FriendQuery & { userName?: string }): User | undefined | User[] {
    return query === undefined ? this.#engine.book.self : this.#engine.book.searchFriends(query)
  }

  /** By `userName` one group or `undefined`; by `name` every group whose name contains it. */
  searchChatrooms(query: { userName: string }): Chatroom | undefined
  searchChatrooms(query?: { name?: string | undefined }): Chatroom[]
  searchChatrooms(query: { userName?: string; name?: string | undefined } = {}): Chatroom | undefined | Chatroom[] {
    return this.#engine.book.searchByName(this.#engine.book.chatrooms(), query)
  }

  /** By `userName` one official account or `undefined`; by `name` every one whose name contains it. */
  searchMps(query: { userName: string }): MassivePlatform | undefined
  searchMps(query?: { name?: string | undefined }): MassivePlatform[]
  searchMps(
    query: { userName?: string; name?: string | undefined } = {},
  ): MassivePlatform | undefined | MassivePlatform[] {
    return this.#engine.book.searchByName(this.#engine.book.massivePlatforms(), query)
  }

  /**
   * Sends a text; one that starts with `@msg@` without those five characters. A text that names a file (`@fil@ @img@ @vid@`)
   * is refused.
   *
   * @param toUserName default: oneself
   * @throws DirectiveError, ArgumentError, ServerError, NetworkError whose `outcome` says whether it may have arrived
   */
  async send(msg: string, toUserName = this.#engine.book.self.UserName): Promise<SendResult> {
    return this.#engine.sender.send(msg, toUserName)
  }

  /** Sends a text as it stands: the way to send what strangers wrote. @param toUserName default: oneself */
  async sendMsg(msg = 'Test Message', toUserName = this.#engine.book.self.UserName): Promise<SendResult> {
    return this.#engine.sender.sendMsg(msg, toUserName)
  }

  /** Sends content of any inline MsgType. @param toUserName default: oneself @see docs/protocol.md §6.2 */
  async sendRawMsg(
    msgType: number,
    content: string,
    toUserName = this.#engine.book.self.UserName,
  ): Promise<SendResult> {
    return this.#engine.sender.sendRawMsg(msgType, content, toUserName)
  }

  /**
   * Writes the session to a file that only its owner can read.
   *
   * @param fileDir default: `statusStorageDir` of `autoLogin`, else `itchat.json`
   * @throws StateError before a login, FileError
   */
  async dumpLoginStatus(fileDir = this.#stateFile ?? DEFAULT_STATE_FILE): Promise<void> {
    await writeStateFile(fileDir, {
      session: this.#engine.connection.save(),
      user: { ...this.#engine.book.self },
      chatrooms: this.#engine.book.chatrooms().map((room) => room.UserName),
    })
  }

  /**
   * Continues the session of such a file, when the server still accepts it; resolves to whether it does. A file that cannot be
   * used is left as it is and reported.
   *
   * @throws NetworkError when the server cannot be asked
   */
  async loadLoginStatus(
    fileDir = this.#stateFile ?? DEFAULT_STATE_FILE,
    options: Pick<LoginOptions, 'loginCallback' | 'exitCallback' | 'signal'> = {},
  ): Promise<boolean> {
    try {
      const saved = await readStateFile(fileDir)
      if (!saved) return false
      this.#engine.book.reset(saved.user)
      for (const UserName of saved.chatrooms) this.#engine.book.apply({ UserName })
      const deliver = async (batch: SyncBatch) => {
        await this.#engine.loadContacts(options.signal)
        await this.#engine.inbox.deliver(batch)
      }
      if (!(await this.#engine.connection.restore(saved.session, deliver, options.signal))) {
        this.#pushUin = saved.session.uin
        this.#engine.logger.info(attention(words().notRestored))
        return false
      }
    } catch (error) {
      if (!(error instanceof FileError || error instanceof ArgumentError)) throw error
      this.#engine.logger.warn(describeError(error))
      return false
    }
    this.#engine.begin(options.exitCallback, true, this.#engine.logger)
    await options.loginCallback?.()
    return true
  }

  /** Ends the session on the server and here. Resolves after handlers in flight and `exitCallback`. */
  async logout(): Promise<void> {
    try {
      await this.#engine.connection.logout()
    } catch (error) {
      this.#engine.logger.warn(`logout: the server was not told. ${describeError(error)}`)
    }
    await this.#engine.end('self')
  }

  /**
   * Ends this instance without logging it out, so that a saved session stays good. Resolves after handlers in flight and
   * `exitCallback`; called from a handler, it does not wait for that handler.
   */
  async close(): Promise<void> {
    if (this.#stateFile !== undefined && this.#engine.session) await this.dumpLoginStatus()
    await this.#engine.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #update(options: boolean | { update?: boolean }): Promise<void> {
    const update = typeof options === 'boolean' ? options : options.update
    if (update) await this.#engine.loadContacts()
  }

  /** Asks the phone to confirm when this account was logged in before; a refusal is no failure. */
  async #pushLogin(signal: AbortSignal): Promise<string | undefined> {
    const uin = this.#pushUin
    this.#pushUin = undefined
    if (uin === undefined) return undefined
    try {
      const uuid = await this.#engine.connection.requestPushLogin(uin, signal)
      if (uuid !== undefined) this.#engine.state = 'waitingForConfirm'
      return uuid
    } catch (error) {
      if (signal.aborted) throw error
      this.#engine.logger.debug(describeError(error))
      return undefined
    }
  }
}

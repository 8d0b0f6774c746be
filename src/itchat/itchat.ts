import { userNameOf } from '../account/contacts/contact-arguments.js'
import { describeError } from '../account/describe-error.js'
import type { ItchatEvents, State } from '../account/events.js'
import type { LoggingOptions } from '../account/logging.js'
import type {
  AutoLoginOptions,
  ItchatOptions,
  LoginOptions,
  QrOptions,
  RunOptions,
  UploadFileOptions,
} from '../account/options.js'
import { SendableFile } from '../account/outbox/sendable-file.js'
import type { Sender, UploadResult } from '../account/outbox/sender.js'
import { Login } from '../account/session/login.js'
import type { FileSource, MediaReference, SendFileOptions, SendOptions, SendResult } from '../contact/actions.js'
import type { MassivePlatform, User } from '../contact/contact.js'
import type { ContactReference, OperationOptions, OperationResult } from '../contact/operations.js'
import { StateError } from '../errors.js'
import type { MessageType } from '../message/fields.js'
import type { SendAs } from '../transport/content.js'
import { unlessAborted } from '../util/abort.js'
import { ContactMethods } from './contact-methods.js'
import { Engine } from './engine.js'
import type { Middleware } from './handlers/middleware.js'
import { register } from './handlers/register-arguments.js'
import type { Handler, RegisterOptions } from './handlers/registry.js'
import { runUntilEnded } from './run-until-ended.js'

/** Key of a signal that aborts when an instance begins to close. */
export const CLOSING = Symbol('closing')

/**
 * One account: logs in, receives, replies.
 *
 * Nothing happens before a method is called. Failures throw an `ItchatError`; `getQRuuid`, `checkLogin` and
 * `loadLoginStatus` answer with values, because programs branch on them.
 */
export class Itchat extends ContactMethods {
  readonly #engine: Engine
  readonly #login: Login
  #closed: Promise<void> | undefined

  constructor(options: ItchatOptions = {}) {
    const engine = new Engine(options)
    super(engine)
    this.#engine = engine
    this.#login = new Login(this.#engine)
  }

  /** The truth about the connection. */
  get state(): State {
    return this.#engine.state
  }

  /** @internal */
  get [CLOSING](): AbortSignal {
    return this.#engine.closing
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

  /** Removes a handler wherever it is registered; returns whether it was. */
  msgUnregister<K extends MessageType>(handler: Handler<K>): boolean {
    return this.#engine.registry.remove(handler)
  }

  /**
   * Adds middleware; returns the function that removes it. Every message passes through it before its handler, in the order
   * added: own ones and `System` too, and those without a handler. Echoes of what this client sent do not.
   *
   * @throws ArgumentError for anything but a function
   */
  use(middleware: Middleware): () => void {
    return this.#engine.middleware.add(middleware)
  }

  /**
   * Logs in: continues the last session when `hotReload` is on and the server accepts it, else shows a QR.
   *
   * @param options `true` stands for `{ hotReload: true }`
   * @throws LoginError when the login is refused, or nobody confirms it
   * @throws NetworkError, ProtocolError when the server cannot be reached or is none
   */
  async autoLogin(options: boolean | AutoLoginOptions = {}): Promise<void> {
    await this.#login.auto(typeof options === 'boolean' ? { hotReload: options } : options)
  }

  /**
   * Logs in by QR, loads the contacts and starts receiving.
   *
   * @throws LoginError, NetworkError, ProtocolError; the signal's reason
   */
  async login(options: LoginOptions = {}): Promise<void> {
    await this.#login.byQr(options)
  }

  /** Step 1: a new QR uuid; `undefined` when the server has none to give. @see docs/protocol.md §3.1 */
  getQRuuid(options: OperationOptions = {}): Promise<string | undefined> {
    return this.#login.requestUuid(options.signal)
  }

  /**
   * Step 2: shows the QR of a uuid, by default that of the last `getQRuuid()`; resolves to its PNG bytes.
   *
   * @throws StateError without a uuid, FileError when the picture cannot be written
   */
  async getQR(options: string | (QrOptions & OperationOptions & { uuid?: string }) = {}): Promise<Uint8Array> {
    const { signal, ...given } = typeof options === 'string' ? { uuid: options } : options
    signal?.throwIfAborted()
    return unlessAborted(this.#login.show(given), signal)
  }

  /**
   * Step 3: waits up to 25 s for the phone and answers the server's code: `'200'` confirmed, `'201'` scanned, `'408'`
   * nothing yet, `'400'` expired …
   *
   * @throws LoginError when the server refuses this account
   * @see docs/protocol.md §3.3
   */
  async checkLogin(uuid?: string, options: OperationOptions = {}): Promise<string> {
    return this.#login.check(uuid, options.signal)
  }

  /**
   * Step 4: starts the session; resolves to the server's reply as it was sent, with the own account's fields beside it.
   *
   * @see docs/protocol.md §3.6
   */
  async webInit(options: OperationOptions = {}): Promise<Record<string, unknown>> {
    return this.#login.init(options.signal)
  }

  /** Step 5: shows on the phone that the web client is online. @see docs/protocol.md §3.7 */
  async showMobileLogin(options: OperationOptions = {}): Promise<void> {
    await this.#engine.requireSession().connection.notifyOnline(options.signal)
  }

  /** Step 7: starts receiving in the background. Messages wait until `run()` or `configuredReply()`. */
  startReceiving(exitCallback?: () => unknown): void {
    this.#login.start(exitCallback)
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
    const session = this.#engine.lastSession
    if (!session) throw new StateError('run: nobody is logged in; call autoLogin() first.')
    const ended = runUntilEnded(this.#engine, session, () => this.close(), signal)
    if (blockThread) await ended
  }

  /** Handles one waiting message; resolves to whether middleware or a handler got one; after a second at most when none comes. */
  configuredReply(options: OperationOptions = {}): Promise<boolean> {
    return this.#engine.dispatcher.next(options.signal)
  }

  /** Takes messages and changed contacts as sent, since the last call; no handler gets them. @throws StateError while receiving */
  getMsg(
    options: OperationOptions = {},
  ): Promise<[messages: Record<string, unknown>[], contacts: Record<string, unknown>[]]> {
    return this.#login.news(options.signal)
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
    const { isPicture, isVideo, toUserName = this.#engine.requireSession().connection.notebook, ...rest } = options
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
    const { connection } = this.#engine.requireSession()
    return { ok: true, ...(await connection.revoke({ msgId, toUserName, localId }, options.signal)) }
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
    await unlessAborted(this.#login.dump(fileDir), signal)
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
    return this.#login.load(fileDir, options)
  }

  /** Changes what this instance logs, and where to; what is not given stays. @throws ArgumentError, FileError */
  setLogging(options: LoggingOptions): void {
    this.#engine.logger.set(options)
  }

  /**
   * Ends the session on the server and here, and a login that is on its way. Resolves after handlers in flight and `exitCallback`.
   *
   * @param options the signal ends the wait; a logout that has begun goes on
   */
  async logout({ signal }: OperationOptions = {}): Promise<void> {
    signal?.throwIfAborted()
    await unlessAborted(this.#logout(), signal)
  }

  async #logout(): Promise<void> {
    this.#engine.dispatcher.detachCurrent()
    await this.#login.cancel(new StateError('logout() was called during the login.'))
    await this.#engine.renewed()
    await this.#engine.end('self', async () => {
      try {
        await this.#engine.connection.logout()
      } catch (error) {
        this.#engine.logger.warn(`logout: the server was not told. ${describeError(error)}`)
      }
    })
  }

  /**
   * Ends this instance without logging it out, so that a saved session stays good. Resolves after handlers in flight and
   * `exitCallback`; called from a handler, it does not wait for that handler.
   */
  close(): Promise<void> {
    // A handler that calls must not be waited for, whoever called first.
    this.#engine.dispatcher.detachCurrent()
    this.#closed ??= this.#engine.close()
    return this.#closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  get #sender(): Sender {
    return this.#engine.requireSession().sender
  }

  get #self(): string {
    return this.#engine.book.self.UserName
  }
}

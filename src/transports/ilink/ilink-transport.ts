import type { Dispatcher } from 'undici'
import type { DownloadOptions } from '../../message/media.js'
import type { Message } from '../../message/message.js'
import type { Addresses, Delivery, Envelope, TransportEvent } from '../../transport/batch.js'
import type { ContactEntry } from '../../transport/contacts.js'
import type {
  Content,
  Forwarding,
  OpenSource,
  ReceivedMedia,
  SendAs,
  Sent,
  UploadedMedia,
  UploadOptions,
} from '../../transport/content.js'
import { CAPABILITIES, type Feature } from '../../transport/features.js'
import type { DecodeContext, SessionIdentity, Transport, TransportContext } from '../../transport/transport.js'
import { describeName, describeValue, invalidArgument } from '../../util/invalid-argument.js'
import type { Dict } from '../../util/read.js'
import { VERSION } from '../../util/version.js'
import { HttpClient, isLoopback } from '../http/http-client.js'
import type { Ilink } from './api/call.js'
import { readSavedContact } from './decode/contact.js'
import { readdress, readEnvelope } from './decode/envelope.js'
import { decodeMessage } from './decode/message.js'
import { forwardingOf } from './forward.js'
import { hostsOf } from './hosts.js'
import { IlinkLogin } from './login-part.js'
import { receiveMedia } from './media/receive.js'
import { upload } from './media/upload.js'
import { explainRefusal, requireWindow, sendContent } from './send.js'
import { readSavedSession, restoreSession, saveSession } from './session/saved-session.js'
import { DEFAULT_WINDOW, type WindowOptions } from './session/send-window.js'
import { IlinkSession, identityOf } from './session/session.js'
import { recordAgain } from './sync/batch.js'
import { Receiver } from './sync/receive.js'
import { Typing } from './typing.js'
import { TEXT_LIMIT } from './wire/constants.js'
import { ENDPOINTS } from './wire/endpoints.js'

/** Options of `ilink()`. */
export interface IlinkOptions {
  /**
   * URL of the server, such as `http://127.0.0.1:8078`. Defaults to `ITCHAT_BASE_URL` or, if that is not set, to the
   * real service.
   */
  baseUrl?: string | undefined
  /**
   * By default, connects directly to loopback addresses and otherwise as configured by `HTTPS_PROXY` and `NO_PROXY`.
   */
  dispatcher?: Dispatcher | undefined
  /**
   * Names the program to the server, such as `MyBot/1.2 (a comment)`: at most 256 characters. Default: `itchat` with the
   * version of this package.
   *
   * @see docs/ilink.md §2.2
   */
  botAgent?: string | undefined
  /** Whether the phone shows that a reply is being written while a handler is running. Default false. */
  typing?: boolean | undefined
  /**
   * The server's limits for messages, as far as they are known: messages beyond them are refused without a request.
   * Default: 10 sends within 24 hours after each message from the owner.
   */
  window?: WindowOptions | undefined
}

/** Slower than the pace at which the server refuses messages. @see docs/ilink.md §5.1 */
const PACE = { burst: 2, perSecond: 1 / 1.5, pacesReplies: false } as const

/** Products `Name/Version`, each with an optional comment. @see docs/ilink.md §2.2 */
const BOT_AGENT =
  /^[\w.-]{1,32}\/[\w.+-]{1,32}(?: \([ -'*-~]{1,64}\))?(?: [\w.-]{1,32}\/[\w.+-]{1,32}(?: \([ -'*-~]{1,64}\))?)*$/

/** The name that means the chat with oneself in programs written for `web`. */
const NOTEBOOK = 'filehelper'

/** One account's connection to the iLink service. Implements the protocol but no application logic. */
export class IlinkTransport implements Transport {
  readonly name = 'ilink'
  readonly features: ReadonlySet<Feature> = new Set<Feature>(CAPABILITIES.ilink)
  readonly textLimit = TEXT_LIMIT
  readonly pace = PACE
  readonly notebook = undefined
  readonly login: IlinkLogin
  readonly #ilink: Ilink
  readonly #receiver: Receiver
  readonly #typing: Typing | undefined
  readonly #saveSoon: () => void

  /** @throws ArgumentError for an invalid option */
  constructor({ clock, mayAct, saveSoon }: TransportContext, options: IlinkOptions = {}) {
    const { baseUrl, dispatcher, botAgent = `itchat/${VERSION}`, typing = false, window = {} } = options
    checkOptions(botAgent, window)
    this.#saveSoon = saveSoon
    this.#ilink = {
      http: new HttpClient({ clock, mayAct, dispatcher, onHeaders: (url) => this.#replyStarted(url) }),
      session: new IlinkSession(hostsOf(baseUrl), clock, window),
      clock,
      botAgent,
    }
    this.login = new IlinkLogin(this.#ilink)
    this.#receiver = new Receiver(this.#ilink, saveSoon)
    this.#typing = typing ? new Typing(this.#ilink) : undefined
  }

  get isLocal(): boolean {
    return isLoopback(new URL(this.#ilink.session.hosts.login).hostname)
  }

  get phonePage(): string | undefined {
    return this.isLocal ? `${this.#ilink.session.hosts.login}/?phone=clawbot` : undefined
  }

  get identity(): SessionIdentity | undefined {
    return this.#ilink.session.identity
  }

  get sendsPerMessage(): number {
    return this.#ilink.session.window.limits.sends
  }

  get hasSession(): boolean {
    return this.#ilink.session.isOpen
  }

  /** The owner. */
  get knownContacts(): readonly ContactEntry[] {
    return this.login.knownContacts
  }

  save(): Dict {
    return { ...saveSession(this.#ilink.session) }
  }

  identify(saved: unknown): SessionIdentity {
    return identityOf(readSavedSession(saved))
  }

  async resume(saved: unknown, options: Parameters<Transport['resume']>[1]): Promise<Delivery | undefined> {
    const { session } = this.#ilink
    restoreSession(session, readSavedSession(saved), options.cursor)
    let delivery: Delivery | undefined
    try {
      delivery = await this.#receiver.resume(options.onRetry, options.signal)
    } finally {
      if (!delivery) session.reset()
    }
    return delivery
  }

  receive(signal: AbortSignal, room: (signal: AbortSignal) => Promise<void>): AsyncIterable<TransportEvent> {
    return this.#receiver.receive(signal, room)
  }

  markOver(): void {
    this.#ilink.session.hasEnded = true
  }

  /** There is no request that ends a session: the token is forgotten. @see docs/ilink.md §7 */
  async logout(): Promise<void> {
    await this.#stop()
    this.#ilink.session.reset()
  }

  async close(): Promise<void> {
    await this.#stop()
    await this.#ilink.http.close()
  }

  async #stop(): Promise<void> {
    await Promise.all([this.#typing?.close(), this.#receiver.stop()])
  }

  #replyStarted(url: URL): void {
    if (url.pathname.endsWith(ENDPOINTS.getupdates.path)) this.#receiver.replyStarted()
  }

  read(sent: Dict): Envelope {
    return readEnvelope(sent)
  }

  decode(sent: Dict, context: DecodeContext): Message {
    if (!context.stale) recordAgain(this.#ilink.session, sent)
    return decodeMessage(sent, context, (id) => this.#ilink.session.texts.get(id))
  }

  readdress(sent: Dict, addresses: Addresses): Dict {
    return readdress(sent, addresses)
  }

  readSavedContact(fields: unknown): ContactEntry | undefined {
    return readSavedContact(fields)
  }

  /** The only conversation is the one with the owner. @throws ArgumentError for any other recipient */
  recipient(toUserName: string | undefined): string {
    const { userId = '', botId = '' } = this.#ilink.session.credentials ?? {}
    if (toUserName === undefined || [userId, botId, NOTEBOOK].includes(toUserName)) return userId
    throw invalidArgument('toUserName', {
      expected: 'the owner, who is the only person this transport can send to',
      found: JSON.stringify(toUserName),
      advice: 'Leave out the recipient, or use msg.user.',
    })
  }

  async send(to: string, content: Content, signal?: AbortSignal): Promise<Sent> {
    try {
      return await sendContent(this.#ilink, to, content, signal)
    } finally {
      this.#saveSoon()
    }
  }

  /** @throws RefusedError before any request when the message could not be sent after the upload */
  async upload(source: OpenSource, as: SendAs, to: string, options?: UploadOptions): Promise<UploadedMedia> {
    requireWindow(this.#ilink)
    try {
      return await upload(this.#ilink, source, as, to, options)
    } catch (error) {
      throw explainRefusal(this.#ilink, error)
    }
  }

  forward(message: Message): Forwarding {
    return forwardingOf(message)
  }

  receiveMedia(
    message: Message,
    write: (chunk: Uint8Array) => Promise<void> | void,
    options?: DownloadOptions,
  ): Promise<ReceivedMedia> {
    return receiveMedia(this.#ilink, message, write, options)
  }

  handling(userName: string): () => void {
    if (!this.#typing || userName !== this.#ilink.session.credentials?.userId) return () => {}
    return this.#typing.start()
  }
}

/** @throws ArgumentError */
function checkOptions(botAgent: string, window: WindowOptions): void {
  if (typeof botAgent !== 'string' || botAgent.length > 256 || !BOT_AGENT.test(botAgent)) {
    throw invalidArgument('botAgent', {
      expected: 'a name and a version such as MyBot/1.2, in ASCII',
      found: describeName(botAgent),
    })
  }
  for (const [name, value] of Object.entries({ ...DEFAULT_WINDOW, ...window })) {
    if (typeof value === 'number' && value > 0) continue
    throw invalidArgument(`window.${name}`, { expected: 'a number above 0', found: describeValue(value) })
  }
}

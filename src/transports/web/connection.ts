import type { Dispatcher } from 'undici'
import { LoggedOutError, type LogoutReason, ServerError, StateError } from '../../errors.js'
import type { DownloadOptions } from '../../message/media.js'
import type { Message } from '../../message/message.js'
import type { Addresses, Batch, Envelope } from '../../transport/batch.js'
import type { ContactEntry, ContactsPart, GroupsPart } from '../../transport/contacts.js'
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
import type { SessionStart } from '../../transport/login.js'
import type { DecodeContext } from '../../transport/transport.js'
import type { Clock } from '../../util/clock.js'
import type { Dict } from '../../util/read.js'
import { LOGOUT_REASONS, unexpected, type Web } from './api/call.js'
import { init, logout, statusNotify } from './api/init.js'
import { exchangeTicket, type LoginPoll, pollLogin, requestPushLogin, requestUuid } from './api/login.js'
import { revokeMessage, sendMessage } from './api/message.js'
import { type SyncBatch, sync } from './api/sync.js'
import { contactsPart } from './contacts-part.js'
import { readBatch } from './decode/batch.js'
import { readContact, readSavedContact } from './decode/contact.js'
import { readdress, readEnvelope } from './decode/envelope.js'
import { decodeMessage } from './decode/message.js'
import { forwardingOf } from './encode/forward.js'
import { encodeMessage, mention } from './encode/message.js'
import { groupsPart } from './groups-part.js'
import { loginOrigin } from './hosts.js'
import { HttpClient, isLoopback } from './http/http-client.js'
import { kindOf, uploadAs } from './media/plan.js'
import { receiveMedia } from './media/receive.js'
import { readSavedSession, type SavedSession, saveSession } from './session/saved-session.js'
import { Session } from './session/session.js'
import { resumeSession } from './sync/resume.js'
import { runSyncLoop, type SyncListener } from './sync/sync-loop.js'
import { MAX_TEXT_GRAPHEMES } from './wire/constants.js'
import { ENDPOINTS } from './wire/endpoints.js'
import { LOGIN_CODE, STATUS_NOTIFY } from './wire/login.js'

export interface WebConnectionOptions {
  clock: Clock
  baseUrl?: string | undefined
  dispatcher?: Dispatcher | undefined
}

/** What receiving reports to. */
export type BatchListener = Omit<SyncListener, 'deliver'> & {
  deliver(batch: Batch, signal: AbortSignal): Promise<void>
}

/** One account's line to the Web WeChat service: all of the protocol, none of what a program makes of it. */
export class WebConnection {
  readonly name = 'web'
  readonly features: ReadonlySet<Feature> = new Set(CAPABILITIES.web)
  readonly contacts: ContactsPart
  readonly groups: GroupsPart
  /** Graphemes of one text. */
  readonly maxTextLength = MAX_TEXT_GRAPHEMES
  /** UserName of the chat with oneself. */
  readonly notebook = 'filehelper'
  readonly #web: Web
  #polledUuid = ''

  /** @throws ArgumentError when `baseUrl` is no address */
  constructor(options: WebConnectionOptions) {
    this.#web = {
      http: new HttpClient(options),
      session: new Session(loginOrigin(options.baseUrl)),
      clock: options.clock,
    }
    this.contacts = contactsPart(this.#web)
    this.groups = groupsPart(this.#web)
  }

  /** Scheme, host and port of the server that logins go to. */
  get loginOrigin(): string {
    return this.#web.session.loginOrigin
  }

  /** The server is on this machine. */
  get isLocal(): boolean {
    return isLoopback(new URL(this.loginOrigin).hostname)
  }

  /** Logged in and initialised, and not ended by the server. */
  get hasSession(): boolean {
    return this.canSave && !this.#web.session.isOver
  }

  /** There is a session to save, over or not. */
  get canSave(): boolean {
    return this.#web.session.credentials !== undefined && this.#web.session.syncKey !== undefined
  }

  /** Uin of the account, once it is known. */
  get uin(): string | undefined {
    return this.#web.session.credentials?.uin
  }

  /** Of the session, once it is known. A secret. */
  get sid(): string | undefined {
    return this.#web.session.credentials?.sid
  }

  /** A uuid to show as QR; `undefined` when the server has none to give. */
  requestUuid(signal?: AbortSignal): Promise<string | undefined> {
    return requestUuid(this.#web, signal)
  }

  /** A uuid that the phone was asked to confirm without a QR; only after an earlier login. */
  async requestPushLogin(uin: string, signal?: AbortSignal): Promise<string | undefined> {
    return requestPushLogin(this.#web, uin, signal)
  }

  /** The text inside the QR. @see docs/protocol.md §3.2 */
  qrLink(uuid: string): string {
    return this.#web.session.loginOrigin + ENDPOINTS.scan.path + uuid
  }

  /**
   * Waits up to 25 s for the phone; when it confirms, takes the session.
   *
   * @throws LoginError `refused`
   */
  async pollLogin(uuid: string, signal?: AbortSignal): Promise<LoginPoll> {
    const web = this.#web
    const poll = await pollLogin(web, uuid, uuid === this.#polledUuid ? 0 : 1, signal)
    this.#polledUuid = uuid
    if (poll.code === LOGIN_CODE.confirmed && poll.redirect) {
      web.session.reset()
      const { hosts, credentials } = await exchangeTicket(web, poll.redirect, signal)
      web.session.hosts = hosts
      web.session.credentials = credentials
    }
    return poll
  }

  /** Starts the session and takes its position. */
  async init(signal?: AbortSignal): Promise<SessionStart & { user: Dict }> {
    const { session } = this.#web
    if (!session.credentials || session.isOver)
      throw new StateError('webInit: not logged in; call checkLogin() until it resolves to 200.')
    const start = await init(this.#web, signal).catch(rejectAsLoggedOut)
    session.userName = String(start.user.UserName)
    const self = readContact(start.user)
    if (!self) throw unexpected('webwxinit', 'the reply lacks User')
    session.start(start)
    return {
      reply: start.reply,
      user: start.user,
      self,
      contacts: start.contacts.flatMap((one) => readContact(one) ?? []),
    }
  }

  /** Shows on the phone that the web client is online. */
  async notifyOnline(signal?: AbortSignal): Promise<void> {
    await statusNotify(this.#web, STATUS_NOTIFY.initialised, this.#web.session.userName, signal)
  }

  /** Receives until the session ends; resolves to the reason. */
  receive(listener: BatchListener, signal: AbortSignal): Promise<LogoutReason> {
    const { session } = this.#web
    const deliver = (sent: SyncBatch, step: AbortSignal) => listener.deliver(readBatch(sent, session.userName), step)
    return runSyncLoop(this.#web, { ...listener, deliver }, signal)
  }

  /**
   * What came since the last time; the position moves at once. Not beside `receive`.
   *
   * @throws LoggedOutError when the server says twice that the session is over
   */
  async fetchNews(signal?: AbortSignal): Promise<{ batch: Batch; contacts: unknown[] }> {
    const { session } = this.#web
    const batch = await sync(this.#web, signal).catch((error) => {
      if (asLoggedOut(error) === error) throw error
      return sync(this.#web, signal).catch(rejectAsLoggedOut)
    })
    session.syncKey = batch.syncKey
    session.syncCheckKey = batch.syncCheckKey
    return { batch: readBatch(batch, session.userName), contacts: batch.contacts }
  }

  /** Reads what must be known of a message before it is decoded. Never throws. */
  read(sent: Dict): Envelope {
    return readEnvelope(sent, this.#web.session.userName)
  }

  /** A received entry as a message; never throws for what it holds. */
  decode(sent: Dict, context: DecodeContext): Message {
    return decodeMessage(sent, context)
  }

  /** The same message with other addresses. */
  readdress(sent: Dict, addresses: Addresses): Dict {
    return readdress(sent, addresses)
  }

  /** Sends a message, once. */
  send(to: string, content: Content, signal?: AbortSignal): Promise<Sent> {
    const { endpoint, message, scene } = encodeMessage(content)
    return sendMessage(this.#web, endpoint, { ...message, ToUserName: to }, { scene, signal })
  }

  /** Uploads a file; what comes back goes into a message. */
  upload(source: OpenSource, as: SendAs, to: string, options?: UploadOptions): Promise<UploadedMedia> {
    return uploadAs(this.#web, source, as, to, options)
  }

  /** The kind a file of this name goes as when only its upload is known. */
  kindOf(as: SendAs, name: string): UploadedMedia['as'] {
    return kindOf(as, name)
  }

  /** How a message can be sent on. @throws FileError for one that cannot */
  forward(message: Message): Forwarding {
    return forwardingOf(message)
  }

  /** The text that mentions a member of a group, to stand in front of a reply. */
  mention(name: string): string {
    return mention(name)
  }

  /** Takes a sent message back. */
  revoke(message: Parameters<typeof revokeMessage>[1], signal?: AbortSignal): Promise<Dict> {
    return revokeMessage(this.#web, message, signal)
  }

  /** Writes the media of a message piece by piece. */
  receiveMedia(
    message: Message,
    write: (chunk: Uint8Array) => Promise<void> | void,
    options?: DownloadOptions,
  ): Promise<ReceivedMedia> {
    return receiveMedia(this.#web, message, write, options)
  }

  /** Shows on the phone that a conversation was read. */
  async markRead(userName: string, signal?: AbortSignal): Promise<void> {
    await statusNotify(this.#web, STATUS_NOTIFY.read, userName, signal)
  }

  /** The session and its cookies, to continue it later. @throws StateError before a login */
  save(): SavedSession {
    return saveSession(this.#web.session, this.#web.http)
  }

  /**
   * Continues a saved session when the server says that it still lives.
   *
   * @param deliver takes what came in the meantime
   * @param onRetry the server did not answer, or not clearly; it is asked again after `retryInMs`
   * @returns false when the session is over
   * @throws NetworkError, ProtocolError when the server cannot be asked
   */
  async restore(
    saved: SavedSession,
    deliver: (batch: Batch) => Promise<void>,
    onRetry: (error: Error, retryInMs: number) => void,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const web = this.#web
    readSavedSession(web.session, web.http, saved)
    const batch = await resumeSession(web, onRetry, signal)
    if (!batch) {
      // The hosts stay: the phone can be asked there to confirm a new login.
      web.session.forgetCredentials()
      return false
    }
    await deliver(readBatch(batch, web.session.userName))
    web.session.syncKey = batch.syncKey
    web.session.syncCheckKey = batch.syncCheckKey
    return true
  }

  /** A contact whose fields were saved; `undefined` when it has no UserName. */
  readSavedContact(fields: unknown): ContactEntry | undefined {
    return readSavedContact(fields)
  }

  /** The server ended the session: nothing is asked in its name any more. */
  markOver(): void {
    this.#web.session.isOver = true
  }

  /** Ends the session on the server and forgets it. */
  async logout(signal?: AbortSignal): Promise<void> {
    try {
      await logout(this.#web, signal)
    } finally {
      this.#web.session.reset()
      this.#web.http.clearCookies()
    }
  }

  /** Closes kept connections. */
  close(): Promise<void> {
    return this.#web.http.close()
  }
}

/** A `LoggedOutError` for a refusal that says that the session is over; any other error as it is. */
function asLoggedOut(error: unknown): unknown {
  const reason = error instanceof ServerError ? LOGOUT_REASONS[error.ret] : undefined
  if (!(error instanceof ServerError) || !reason) return error
  return new LoggedOutError(`${error.endpoint}: the session is over (ret ${error.ret}). Log in again.`, { reason })
}

function rejectAsLoggedOut(error: unknown): never {
  throw asLoggedOut(error)
}

import type { Dispatcher } from 'undici'
import type { DownloadOptions } from '../../message/media.js'
import type { Message } from '../../message/message.js'
import type { Addresses, Batch, Delivery, Envelope, TransportEvent } from '../../transport/batch.js'
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
import type { DecodeContext, SessionIdentity, Transport, TransportContext } from '../../transport/transport.js'
import { type Dict, dict } from '../../util/read.js'
import { isLoopback } from '../http/http-client.js'
import type { Web } from './api/call.js'
import { logout, statusNotify } from './api/init.js'
import { logoutErrorFrom, rejectAsLoggedOut } from './api/logged-out.js'
import { revokeMessage, sendMessage } from './api/message.js'
import { type SyncBatch, sync } from './api/sync.js'
import { contactsPart } from './contacts-part.js'
import { readBatch } from './decode/batch.js'
import { readSavedContact } from './decode/contact.js'
import { readdress, readEnvelope } from './decode/envelope.js'
import { decodeMessage } from './decode/message.js'
import { forwardingOf } from './encode/forward.js'
import { encodeMessage, mention } from './encode/message.js'
import { groupsPart } from './groups-part.js'
import { loginOrigin } from './hosts.js'
import { webHttp } from './http/web-http.js'
import { WebLogin } from './login-part.js'
import { kindOf, uploadAs } from './media/plan.js'
import { receiveMedia } from './media/receive.js'
import { readCursor } from './session/cursor.js'
import { readSavedSession, restoreSession, saveSession } from './session/saved-session.js'
import { identityOf, Session } from './session/session.js'
import { EventReceiver } from './sync/receive.js'
import { resumeSession } from './sync/resume.js'
import { MAX_TEXT_GRAPHEMES } from './wire/constants.js'
import { STATUS_NOTIFY } from './wire/login.js'

/** Options of `web()`. */
export interface WebOptions {
  /**
   * URL of the server, such as `http://127.0.0.1:8078`. Defaults to `ITCHAT_BASE_URL` or, if that is not set, to the
   * real service.
   */
  baseUrl?: string | undefined
  /**
   * By default, connects directly to loopback addresses and otherwise as configured by `HTTPS_PROXY` and `NO_PROXY`.
   */
  dispatcher?: Dispatcher | undefined
}

/** One account's connection to the Web WeChat service. Implements the protocol but no application logic. */
export class WebTransport implements Transport {
  readonly name = 'web'
  readonly features: ReadonlySet<Feature> = new Set(CAPABILITIES.web)
  readonly textLimit = { max: MAX_TEXT_GRAPHEMES, unit: 'graphemes' } as const
  readonly notebook = 'filehelper'
  readonly login: WebLogin
  readonly contacts: ContactsPart
  readonly groups: GroupsPart
  readonly #web: Web

  /** @throws ArgumentError when `baseUrl` is not an http or https URL */
  constructor({ clock, mayAct }: TransportContext, { baseUrl, dispatcher }: WebOptions = {}) {
    this.#web = {
      ...webHttp({ clock, mayAct }, dispatcher),
      session: new Session(loginOrigin(baseUrl)),
      clock,
    }
    this.login = new WebLogin(this.#web)
    this.contacts = contactsPart(this.#web)
    this.groups = groupsPart(this.#web)
  }

  get isLocal(): boolean {
    return isLoopback(new URL(this.#web.session.loginOrigin).hostname)
  }

  get phonePage(): string | undefined {
    return this.isLocal ? this.#web.session.loginOrigin : undefined
  }

  get identity(): SessionIdentity | undefined {
    const { credentials, syncKey } = this.#web.session
    return credentials && syncKey && identityOf(credentials)
  }

  get hasSession(): boolean {
    // Does not use `identity`, which computes a hash: this getter runs for every message.
    const { credentials, syncKey, hasEnded } = this.#web.session
    return credentials !== undefined && syncKey !== undefined && !hasEnded
  }

  save(): Dict {
    return { ...saveSession(this.#web.session, this.#web.cookies) }
  }

  identify(saved: unknown): SessionIdentity {
    return identityOf(readSavedSession(saved))
  }

  async resume(saved: unknown, options: Parameters<Transport['resume']>[1]): Promise<Delivery | undefined> {
    const { session, cookies } = this.#web
    restoreSession(session, cookies, readSavedSession(saved))
    const position = options.cursor === undefined ? undefined : readCursor(options.cursor)
    if (position) session.advance(session.syncKey, position)
    let received: SyncBatch | undefined
    try {
      received = await resumeSession(this.#web, options.onRetry, options.signal)
    } finally {
      // The hosts are kept because a push login needs them.
      if (!received) session.clearCredentials()
    }
    if (!received) return undefined
    const from = session.syncKey
    return {
      kind: 'batch',
      batch: readBatch(received, session.userName),
      signal: options.signal ?? new AbortController().signal,
      acknowledge: () => session.advance(from, received),
      // The position does not move, so the batch is delivered again.
      reject: () => {},
    }
  }

  receive(
    signal: AbortSignal,
    room: (signal: AbortSignal) => Promise<void>,
  ): AsyncIterableIterator<TransportEvent, undefined> {
    return new EventReceiver(this.#web, signal, room)
  }

  /** @throws LoggedOutError when the server reports twice that the session has ended */
  async fetch(signal?: AbortSignal): Promise<{ batch: Batch; contacts: Dict[] }> {
    const { session } = this.#web
    const from = session.syncKey
    const received = await sync(this.#web, signal).catch((error) => {
      if (!logoutErrorFrom(error)) throw error
      return sync(this.#web, signal).catch(rejectAsLoggedOut)
    })
    session.advance(from, received)
    return { batch: readBatch(received, session.userName), contacts: received.contacts.map(dict) }
  }

  markOver(): void {
    this.#web.session.hasEnded = true
  }

  async logout(signal?: AbortSignal): Promise<void> {
    try {
      await logout(this.#web, signal)
    } finally {
      this.#web.session.reset()
      this.#web.cookies.clear()
    }
  }

  close(): Promise<void> {
    return this.#web.http.close()
  }

  read(sent: Dict): Envelope {
    return readEnvelope(sent, this.#web.session.userName)
  }

  decode(sent: Dict, context: DecodeContext): Message {
    return decodeMessage(sent, context)
  }

  readdress(sent: Dict, addresses: Addresses): Dict {
    return readdress(sent, addresses)
  }

  readSavedContact(fields: unknown): ContactEntry | undefined {
    return readSavedContact(fields)
  }

  send(to: string, content: Content, signal?: AbortSignal): Promise<Sent> {
    const { endpoint, message, scene } = encodeMessage(content)
    return sendMessage(this.#web, endpoint, { ...message, ToUserName: to }, { scene, signal })
  }

  upload(source: OpenSource, as: SendAs, to: string, options?: UploadOptions): Promise<UploadedMedia> {
    return uploadAs(this.#web, source, as, to, options)
  }

  kindOf(as: SendAs, name: string): UploadedMedia['as'] {
    return kindOf(as, name)
  }

  forward(message: Message): Forwarding {
    return forwardingOf(message)
  }

  mention(name: string): string {
    return mention(name)
  }

  receiveMedia(
    message: Message,
    write: (chunk: Uint8Array) => Promise<void> | void,
    options?: DownloadOptions,
  ): Promise<ReceivedMedia> {
    return receiveMedia(this.#web, message, write, options)
  }

  revoke(message: Parameters<typeof revokeMessage>[1], signal?: AbortSignal): Promise<Dict> {
    return revokeMessage(this.#web, message, signal)
  }

  async markRead(userName: string, signal?: AbortSignal): Promise<void> {
    await statusNotify(this.#web, STATUS_NOTIFY.read, userName, signal)
  }
}

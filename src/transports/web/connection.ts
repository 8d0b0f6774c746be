import type { Dispatcher } from 'undici'
import type { Message } from '../../message/message.js'
import { CAPABILITIES, type Feature } from '../../transport/features.js'
import type { SessionIdentity, Transport, TransportContext } from '../../transport/transport.js'
import { type Dict, dict } from '../../util/read.js'
import type { AvatarOwner } from './api/avatar.js'
import type { Web } from './api/call.js'
import { createChatroom, updateChatroom } from './api/chatroom.js'
import {
  type AddressBook,
  type BatchOptions,
  batchGetContacts,
  detailsEntry,
  getContacts,
  setPinned,
  setRemark,
  verifyUser,
} from './api/contact.js'
import { logout, statusNotify } from './api/init.js'
import { loggedOut, rejectAsLoggedOut } from './api/logged-out.js'
import { type Outgoing, revokeMessage, type SendEndpoint, type SendReply, sendMessage } from './api/message.js'
import { sync } from './api/sync.js'
import { type ReadBatch, readBatch } from './decode/batch.js'
import { alignDetails } from './decode/details.js'
import { type DecodeContext, decodeMessage } from './decode/message.js'
import { decodeChatroomReply } from './decode/reply.js'
import { loginOrigin } from './hosts.js'
import { HttpClient, isLoopback } from './http/http-client.js'
import { WebLogin } from './login-part.js'
import { isAsTold, type Received } from './media/expected.js'
import { receiveAvatar, receiveMedia } from './media/receive.js'
import type { OpenSource } from './media/source.js'
import { type Uploaded, type UploadOptions, uploadMedia } from './media/upload.js'
import { readCursor } from './session/cursor.js'
import { readSavedSession, restoreSession, saveSession } from './session/saved-session.js'
import { Session } from './session/session.js'
import { identityOf } from './session/session-identity.js'
import { Receiving, type WebDelivery, type WebEvent } from './sync/receive.js'
import { resumeSession } from './sync/resume.js'
import type { UpdateChatroomFun } from './wire/chatroom.js'
import { DEFAULT_INVITE_START_COUNT } from './wire/constants.js'
import type { BatchContactEntry } from './wire/contact.js'
import { STATUS_NOTIFY } from './wire/login.js'

export interface WebOptions {
  /** Where the server is, such as `http://127.0.0.1:8078`. Default: `ITCHAT_BASE_URL`, else the real service. */
  baseUrl?: string | undefined
  /** Default: direct on loopback, elsewhere as `HTTPS_PROXY` and `NO_PROXY` say. */
  dispatcher?: Dispatcher | undefined
}

type ResumeOptions = Parameters<Transport['resume']>[1]

type ReceiveArguments = Parameters<typeof receiveMedia> extends [Web, ...infer Rest] ? Rest : never

/** One account's connection to the Web WeChat service: all of the protocol, none of what a program makes of it. */
export class WebConnection {
  readonly name = 'web'
  readonly features: ReadonlySet<Feature> = new Set(CAPABILITIES.web)
  readonly login: WebLogin
  readonly #web: Web

  /** @throws ArgumentError when `baseUrl` is no address */
  constructor({ clock, mayAct }: TransportContext, { baseUrl, dispatcher }: WebOptions = {}) {
    this.#web = {
      http: new HttpClient({ clock, mayAct, dispatcher }),
      session: new Session(loginOrigin(baseUrl)),
      clock,
    }
    this.login = new WebLogin(this.#web)
  }

  /** The server is on this machine. */
  get isLocal(): boolean {
    return isLoopback(new URL(this.#web.session.loginOrigin).hostname)
  }

  get phonePage(): string | undefined {
    return this.isLocal ? this.#web.session.loginOrigin : undefined
  }

  /** Whose session this is, once it was started. */
  get identity(): SessionIdentity | undefined {
    const { credentials, syncKey } = this.#web.session
    return credentials && syncKey && identityOf(credentials)
  }

  /** Logged in and initialised, and not ended by the server. */
  get hasSession(): boolean {
    return this.identity !== undefined && !this.#web.session.isOver
  }

  /** The whole address book, entries as sent. */
  fetchContacts(signal?: AbortSignal): Promise<AddressBook> {
    return getContacts(this.#web, signal)
  }

  /**
   * Details of contacts, groups or members, as sent, in the order asked for; `undefined` for those the server does not
   * mention. A name stands for its usual entry.
   */
  async fetchDetails(wanted: readonly (BatchContactEntry | string)[], options?: BatchOptions): Promise<unknown[]> {
    const entries = wanted.map((one) => (typeof one === 'string' ? detailsEntry(one) : one))
    const pages = await batchGetContacts(this.#web, entries, options)
    return pages.flatMap(({ names, replies }) => alignDetails(names, replies))
  }

  /** Groups that would have as many members take invitations only. */
  get inviteStartCount(): number {
    return this.#web.session.inviteStartCount ?? DEFAULT_INVITE_START_COUNT
  }

  setRemark(userName: string, remark: string, signal?: AbortSignal): Promise<Dict> {
    return setRemark(this.#web, userName, remark, signal)
  }

  setPinned(chat: Parameters<typeof setPinned>[1], isPinned: boolean, signal?: AbortSignal): Promise<Dict> {
    return setPinned(this.#web, chat, isPinned, signal)
  }

  verifyUser(request: Parameters<typeof verifyUser>[1], signal?: AbortSignal): Promise<Dict> {
    return verifyUser(this.#web, request, signal)
  }

  createChatroom(userNames: readonly string[], topic: string, signal?: AbortSignal): Promise<Dict> {
    return createChatroom(this.#web, userNames, topic, signal).then(decodeChatroomReply)
  }

  updateChatroom(userName: string, fun: UpdateChatroomFun, value: string, signal?: AbortSignal): Promise<Dict> {
    return updateChatroom(this.#web, userName, fun, value, signal).then(decodeChatroomReply)
  }

  /** Reads the picture of somebody piece by piece. */
  receiveAvatar(
    owner: AvatarOwner,
    write: (chunk: Uint8Array) => Promise<void> | void,
    signal?: AbortSignal,
  ): Promise<Received> {
    return receiveAvatar(this.#web, owner, write, signal)
  }

  /** Receives until the session ends or the signal aborts; after an abort the iteration is done without an `ended`. */
  receive(signal: AbortSignal): AsyncIterableIterator<WebEvent, undefined> {
    return new Receiving(this.#web, signal)
  }

  /**
   * What came since the last time; the position moves at once. Not beside `receive`.
   *
   * @throws LoggedOutError when the server says twice that the session is over
   */
  async fetch(signal?: AbortSignal): Promise<{ batch: ReadBatch; contacts: Dict[] }> {
    const { session } = this.#web
    const from = session.syncKey
    const sent = await sync(this.#web, signal).catch((error) => {
      if (!loggedOut(error)) throw error
      return sync(this.#web, signal).catch(rejectAsLoggedOut)
    })
    session.move(from, sent)
    return { batch: readBatch(sent), contacts: sent.contacts.map(dict) }
  }

  /** A received entry as a message; never throws for what it holds. */
  decode(sent: unknown, context: DecodeContext): Message {
    return decodeMessage(sent, context)
  }

  /** Sends a message, once. */
  send(
    endpoint: SendEndpoint,
    message: Outgoing,
    options?: { scene?: 0 | 2; signal?: AbortSignal | undefined },
  ): Promise<SendReply> {
    return sendMessage(this.#web, endpoint, message, options)
  }

  /** Takes a sent message back. */
  revoke(message: Parameters<typeof revokeMessage>[1], signal?: AbortSignal): Promise<Record<string, unknown>> {
    return revokeMessage(this.#web, message, signal)
  }

  /** Uploads a file; what comes back goes into a message. */
  upload(source: OpenSource, options: UploadOptions): Promise<Uploaded> {
    return uploadMedia(this.#web, source, options)
  }

  /** Reads the media of a message piece by piece. */
  receiveMedia(...[message, options, write]: ReceiveArguments): Promise<Received> {
    return receiveMedia(this.#web, message, options, write)
  }

  /** Whether media is what its sender's phone told; `undefined` when it told nothing. */
  isAsTold(message: Message, received: Received): boolean | undefined {
    return isAsTold(message, received)
  }

  /** Tells the phone that a conversation was read. */
  async notifyRead(toUserName: string, signal?: AbortSignal): Promise<void> {
    await statusNotify(this.#web, STATUS_NOTIFY.read, toUserName, signal)
  }

  /** The session and its cookies. @throws StateError before a login */
  save(): Dict {
    return { ...saveSession(this.#web.session, this.#web.http) }
  }

  /** Whose session a saved one is. @throws ArgumentError when something in it is missing or broken */
  identify(saved: unknown): SessionIdentity {
    return identityOf(readSavedSession(saved))
  }

  /**
   * Resumes a saved session when the server says that it still lives.
   *
   * @param options.cursor replaces the saved position; one that cannot be read is ignored
   * @param options.onRetry the server did not answer, or not clearly; it is asked again after `retryInMs`
   * @returns what came in the meantime; `undefined` when the session is over
   * @throws ArgumentError for a saved session that is broken or of another server
   * @throws NetworkError, ProtocolError when the server cannot be asked
   */
  async resume(saved: unknown, options: ResumeOptions): Promise<WebDelivery | undefined> {
    const { session, http } = this.#web
    restoreSession(session, http, readSavedSession(saved))
    const position = options.cursor === undefined ? undefined : readCursor(options.cursor)
    if (position) session.move(session.syncKey, position)
    const sent = await resumeSession(this.#web, options.onRetry, options.signal)
    if (!sent) {
      // The hosts stay: the phone can be asked there to confirm a new login.
      session.forgetCredentials()
      return undefined
    }
    const from = session.syncKey
    return {
      kind: 'batch',
      batch: readBatch(sent),
      signal: options.signal ?? new AbortController().signal,
      acknowledge: () => session.move(from, sent),
      // The position stays, so that it comes again.
      reject: () => {},
    }
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

import type { Contact, ContactLookup } from '../contact/contact.js'
import type { DownloadOptions } from '../message/media.js'
import type { Message, MessageActions } from '../message/message.js'
import type { Clock } from '../util/clock.js'
import type { Dict } from '../util/read.js'
import type { Addresses, Batch, Delivery, Envelope, TransportEvent } from './batch.js'
import type { ContactEntry, ContactsPart, GroupsPart } from './contacts.js'
import type {
  Content,
  Forwarding,
  OpenSource,
  ReceivedMedia,
  SendAs,
  Sent,
  UploadedMedia,
  UploadOptions,
} from './content.js'
import type { Feature } from './features.js'
import type { LoginPart } from './login.js'

/** Provided by an account to its transport. */
export interface TransportContext {
  clock: Clock
  /**
   * Called before every request, polls included.
   *
   * @throws StateError when this instance may no longer act for the account because another process does
   */
  mayAct(): void
}

/** Identifies a session without revealing its credentials. */
export interface SessionIdentity {
  /** Permanent id of the account. */
  account: string
  /** Identifies this session; not a secret. */
  session: string
}

/** Inputs for decoding besides the message. */
export interface DecodeContext {
  contacts: ContactLookup
  /** Creates the contact for a UserName that is not in the contact book. */
  stranger(entry: ContactEntry): Contact
  actions: MessageActions
  /** It was received in an earlier session. Default false. */
  stale?: boolean
  /** Name of the writing member at the time of receipt, for a member who has left. */
  by?: string
}

/**
 * The network operations of one account. A transport reports to its account only through the events of `receive`, the callbacks
 * passed to it and its context.
 */
export interface Transport {
  /** Stored in saved logins. */
  readonly name: string
  readonly features: ReadonlySet<Feature>
  /** Whether the server runs on this machine. */
  readonly isLocal: boolean
  /** URL of the page that simulates the phone, for a server on this machine. */
  readonly phonePage: string | undefined
  /** Graphemes per text message. */
  readonly maxTextLength: number
  /** UserName of the notes-to-self chat, if there is one besides the own account. */
  readonly notebook: string | undefined

  readonly login: LoginPart
  /** Absent: the account has no address book. */
  readonly contacts?: ContactsPart | undefined
  readonly groups?: GroupsPart | undefined

  /** Identity of the session; `undefined` before it starts. Retained after the session ends. */
  readonly identity: SessionIdentity | undefined
  /** Whether a session has started and not ended. */
  readonly hasSession: boolean

  /** Returns the session as JSON, to resume it in another process. @throws StateError before a login */
  save(): Dict
  /** Identity of a saved session. @throws ArgumentError when it is incomplete or malformed */
  identify(saved: unknown): SessionIdentity
  /**
   * Resumes a saved session if the server accepts it.
   *
   * @param options.cursor cursor after the last acknowledged batch, if later than the saved one
   * @param options.onRetry called when the reply is missing or inconclusive; the request is repeated after `retryInMs`
   * @returns the batch received in the meantime; `undefined` when the session has ended. There is no session then, nor
   * after a failure
   * @throws ArgumentError for a saved session that is malformed or from another server; NetworkError, ProtocolError
   */
  resume(
    saved: unknown,
    options: { cursor?: string | undefined; onRetry(error: Error, retryInMs: number): void; signal?: AbortSignal },
  ): Promise<Delivery | undefined>
  /**
   * Receives until the session ends or the signal aborts. After an abort the iteration finishes without an `ended` event.
   *
   * @param room resolves when the account can accept another batch; awaited before fetching one. Other events do not wait for it
   */
  receive(signal: AbortSignal, room: (signal: AbortSignal) => Promise<void>): AsyncIterable<TransportEvent>
  /** Fetches messages and contacts since the last call; not while `receive` runs. Moves the cursor immediately. */
  fetch?(signal?: AbortSignal): Promise<{ batch: Batch; contacts: Dict[] }>
  /** Marks the session as ended by the server; no further requests are made for it. */
  markOver(): void
  /** Ends the session on the server. */
  logout(signal?: AbortSignal): Promise<void>
  /** Closes connections. */
  close(): Promise<void>

  /** Reads the fields needed before decoding a message. Never throws. */
  read(sent: Dict): Envelope
  /** Decodes a message. Never throws for data from a server or a stranger. */
  decode(sent: Dict, context: DecodeContext): Message
  /** Returns the message with other addresses. Absent: addresses do not change between sessions. */
  readdress?(sent: Dict, addresses: Addresses): Dict
  /** Reads a contact from saved fields. `undefined` without a UserName. */
  readSavedContact(fields: unknown): ContactEntry | undefined

  /**
   * Sends once, without retries.
   *
   * @throws RefusedError `throttled` when the server throttles sending; ServerError, NetworkError
   */
  send(to: string, content: Content, signal?: AbortSignal): Promise<Sent>
  upload(source: OpenSource, as: SendAs, to: string, options?: UploadOptions): Promise<UploadedMedia>
  /** The kind to send an already uploaded file of this name as. Absent: the requested kind. */
  kindOf?(as: SendAs, name: string): UploadedMedia['as']
  /** How to forward a message. Feature `forward`. @throws FileError for a message that cannot be forwarded */
  forward?(message: Message): Forwarding
  /** Text that mentions a group member, to prefix to a reply. Absent: the transport has no groups. */
  mention?(name: string): string
  /** Writes the media of a message in chunks. */
  receiveMedia(
    message: Message,
    write: (chunk: Uint8Array) => Promise<void> | void,
    options?: DownloadOptions,
  ): Promise<ReceivedMedia>
  revoke?(
    message: { msgId: string; toUserName: string; localId?: string | undefined },
    signal?: AbortSignal,
  ): Promise<Dict>
  markRead?(userName: string, signal?: AbortSignal): Promise<void>
}

/** Creates the transport of one account. */
export type TransportFactory = (context: TransportContext) => Transport

import type { Contact, ContactLookup } from '../contact/contact.js'
import type { DownloadOptions } from '../message/media.js'
import type { Message, MessageActions } from '../message/message.js'
import type { Clock } from '../util/clock.js'
import type { Dict } from '../util/read.js'
import type { TextLimit } from '../util/split-text.js'
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
  /** Requests that the result of `Transport.save` be stored soon, because it has changed. */
  saveSoon(): void
}

/** Identifies a session without revealing its credentials. */
export interface SessionIdentity {
  /** Permanent id of the account. */
  account: string
  /** Identifies this session; not a secret. */
  session: string
}

/** Inputs for decoding a message, besides the message itself. */
export interface DecodeContext {
  contacts: ContactLookup
  /** Creates the contact for a UserName that is not in the contact book. */
  stranger(entry: ContactEntry): Contact
  actions: MessageActions
  /** Whether the message was received in an earlier session. Default false. */
  stale?: boolean
  /** Name of the group member who wrote the message, as of its receipt; needed if the member has left. */
  by?: string
}

/** The default pacing of a transport. */
export interface TransportPace {
  /** Number of messages sent without delay after an idle period. */
  burst: number
  /** Average number of messages per second after the burst. */
  perSecond: number
  /**
   * Whether replies are paced as well. A reply is a send from a handler for a message of the same conversation.
   * Default true.
   */
  pacesReplies?: boolean
}

/**
 * The network operations of one account. A transport reports to its account only through the events from `receive`, the
 * callbacks passed to it, and its context.
 */
export interface Transport {
  /** Name of the transport. Stored in saved logins. */
  readonly name: string
  readonly features: ReadonlySet<Feature>
  /** Whether the server runs on this machine. */
  readonly isLocal: boolean
  /** URL of the page that simulates the phone, for a server on this machine. */
  readonly phonePage: string | undefined
  readonly textLimit: TextLimit
  /** About how many messages the server accepts after each message from the recipient. Default: unlimited. */
  readonly sendsPerMessage?: number
  /** Default pacing of sends. Default: that of `PacingOptions`. */
  readonly pace?: TransportPace
  /** UserName of the notes-to-self chat, if there is one besides the chat with this account. */
  readonly notebook: string | undefined

  readonly login: LoginPart
  /** Absent if the account has no address book. */
  readonly contacts?: ContactsPart | undefined
  readonly groups?: GroupsPart | undefined
  /** Contacts that this account has without an address book, once it is logged in. */
  readonly knownContacts?: readonly ContactEntry[]

  /** Identity of the session; `undefined` before it starts. Retained after the session ends. */
  readonly identity: SessionIdentity | undefined
  /** Whether a session has started and has not ended. */
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
   * @returns the batch received in the meantime; `undefined` when the session has ended. In that case, and after a
   * failure, the transport has no session
   * @throws ArgumentError for a saved session that is malformed or from another server; NetworkError, ProtocolError
   */
  resume(
    saved: unknown,
    options: { cursor?: string | undefined; onRetry(error: Error, retryInMs: number): void; signal?: AbortSignal },
  ): Promise<Delivery | undefined>
  /**
   * Receives until the session ends or the signal aborts. After an abort, the iteration finishes without an `ended`
   * event.
   *
   * @param room resolves when the account can accept another batch; awaited before fetching one. Other events do not
   * wait for it
   */
  receive(signal: AbortSignal, room: (signal: AbortSignal) => Promise<void>): AsyncIterable<TransportEvent>
  /**
   * Fetches the messages and contact changes since the last call. Must not be called while `receive` is running. Moves the
   * cursor immediately.
   */
  fetch?(signal?: AbortSignal): Promise<{ batch: Batch; contacts: Dict[] }>
  /** Marks the session as ended by the server; no further requests are made for it. */
  markOver(): void
  /** Ends the session on the server. */
  logout(signal?: AbortSignal): Promise<void>
  /** Closes all connections. */
  close(): Promise<void>

  /** Reads the fields needed before decoding a message. Never throws. */
  read(sent: Dict): Envelope
  /**
   * Decodes a message, which may have been stored by an earlier process of the session. Never throws for data from a server
   * or a stranger.
   */
  decode(sent: Dict, context: DecodeContext): Message
  /** Returns the message with other addresses. Absent if addresses do not change between sessions. */
  readdress?(sent: Dict, addresses: Addresses): Dict
  /** Reads a contact from saved fields. Returns `undefined` if the UserName is missing. */
  readSavedContact(fields: unknown): ContactEntry | undefined

  /**
   * Returns the UserName of the conversation that a recipient means. Absent if a recipient is always a UserName.
   *
   * @param toUserName `undefined` if the program named no recipient
   * @throws ArgumentError for a recipient that cannot be reached
   */
  recipient?(toUserName: string | undefined): string
  /**
   * Called when a handler starts for a message that another person wrote in this conversation.
   *
   * @returns a callback that is called when the handler has ended or is not awaited any longer
   */
  handling?(userName: string): () => void
  /**
   * Sends once, without retries.
   *
   * @throws RefusedError when the server or a rule of the network refuses the message for now; ServerError, NetworkError
   */
  send(to: string, content: Content, signal?: AbortSignal): Promise<Sent>
  upload(source: OpenSource, as: SendAs, to: string, options?: UploadOptions): Promise<UploadedMedia>
  /** Returns the kind of message for an uploaded file with this name. If absent, the requested kind is used. */
  kindOf?(as: SendAs, name: string): UploadedMedia['as']
  /**
   * Returns how to forward a message. Requires the feature `forward`.
   *
   * @throws FileError for a message that cannot be forwarded
   */
  forward?(message: Message): Forwarding
  /**
   * Returns text that mentions a group member, to be prefixed to a reply. Absent if the transport does not support
   * groups.
   */
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

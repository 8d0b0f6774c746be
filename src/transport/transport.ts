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

/** What an account gives to its transport. */
export interface TransportContext {
  clock: Clock
  /**
   * Called before every request, polls included.
   *
   * @throws StateError when this instance may not act for the account any more: another process does
   */
  mayAct(): void
}

/** Whose session it is, without giving it away. */
export interface SessionIdentity {
  /** Permanent id of the account. */
  account: string
  /** Names this one session; not a secret. */
  session: string
}

/** What decoding needs beside the message. */
export interface DecodeContext {
  contacts: ContactLookup
  /** The contact for a UserName that is not in the book. */
  stranger(entry: ContactEntry): Contact
  actions: MessageActions
  /** It came in a session before this one. Default false. */
  stale?: boolean
  /** Name of the member who wrote it when it arrived, for a member who is gone. */
  by?: string
}

/**
 * What one account needs from a network. A transport never calls upwards except through what `receive` yields, the callbacks
 * it is given and its context.
 */
export interface Transport {
  /** Stands in saved logins. */
  readonly name: string
  readonly features: ReadonlySet<Feature>
  /** The server is on this machine. */
  readonly isLocal: boolean
  /** Address of the page that plays the phone, for a server on this machine. */
  readonly phonePage: string | undefined
  /** Graphemes of one text. */
  readonly maxTextLength: number
  /** UserName of the chat with oneself, where there is one besides the own account. */
  readonly notebook: string | undefined

  readonly login: LoginPart
  /** Absent: the account has no address book. */
  readonly contacts?: ContactsPart | undefined
  readonly groups?: GroupsPart | undefined

  /** Whose session this is; `undefined` before it was started. Stays when the session is over. */
  readonly identity: SessionIdentity | undefined
  /** Logged in and started, and not over. */
  readonly hasSession: boolean

  /** The session, to resume it in another process; JSON. @throws StateError before a login */
  save(): Dict
  /** Whose session a saved one is. @throws ArgumentError when something in it is missing or broken */
  identify(saved: unknown): SessionIdentity
  /**
   * Resumes a saved session when the server accepts it.
   *
   * @param options.cursor position behind the last batch that was acknowledged, when it is known to be later than the saved one
   * @param options.onRetry the server did not answer, or not clearly; the request is repeated after `retryInMs`
   * @returns what came in the meantime; `undefined` when the session is over. There is no session then, nor after a failure
   * @throws ArgumentError for a saved session that is broken or of another server; NetworkError, ProtocolError
   */
  resume(
    saved: unknown,
    options: { cursor?: string | undefined; onRetry(error: Error, retryInMs: number): void; signal?: AbortSignal },
  ): Promise<Delivery | undefined>
  /**
   * Receives until the session ends or the signal aborts; after an abort the iteration is done without an `ended`.
   *
   * @param room resolves when the account can take another batch; awaited before one is fetched. Other events do not wait for it
   */
  receive(signal: AbortSignal, room: (signal: AbortSignal) => Promise<void>): AsyncIterable<TransportEvent>
  /** What came since the last time; not beside `receive`. The position moves at once. */
  fetch?(signal?: AbortSignal): Promise<{ batch: Batch; contacts: Dict[] }>
  /** The server ended the session: no request is made in its name any more. */
  markOver(): void
  /** Ends the session on the server. */
  logout(signal?: AbortSignal): Promise<void>
  /** Closes connections. */
  close(): Promise<void>

  /** Reads what must be known of a message before it is decoded. Never throws. */
  read(sent: Dict): Envelope
  /** Never throws for anything a server or a stranger sends. */
  decode(sent: Dict, context: DecodeContext): Message
  /** The same message with other addresses. Absent: addresses do not change between sessions. */
  readdress?(sent: Dict, addresses: Addresses): Dict
  /** A contact whose fields were saved. `undefined` when it has no UserName. */
  readSavedContact(fields: unknown): ContactEntry | undefined

  /**
   * Sends once.
   *
   * @throws RefusedError `throttled` when the server wants fewer messages; ServerError, NetworkError
   */
  send(to: string, content: Content, signal?: AbortSignal): Promise<Sent>
  upload(source: OpenSource, as: SendAs, to: string, options?: UploadOptions): Promise<UploadedMedia>
  /** The kind a file of this name goes as when only its upload is known. Absent: as it is meant. */
  kindOf?(as: SendAs, name: string): UploadedMedia['as']
  /** How a message can be sent on. Feature `forward`. @throws FileError for one that cannot */
  forward?(message: Message): Forwarding
  /** The text that mentions a member of a group, to stand in front of a reply. Absent: there are no groups. */
  mention?(name: string): string
  /** Writes the media of a message piece by piece. */
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

/** Makes the transport of one account. */
export type TransportFactory = (context: TransportContext) => Transport

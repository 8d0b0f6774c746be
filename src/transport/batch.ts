import type { LogoutReason } from '../errors.js'
import type { Dict } from '../util/read.js'
import type { ContactEntry, RevealedId } from './contacts.js'

/** A received message before it is decoded. `sent` can be kept as JSON and read again by the same transport. */
export interface Envelope {
  /** Identifies the message when it is delivered again; `''` for a message without an id. */
  id: string
  /** UserName of the conversation. */
  chat: string
  /** When it was sent, epoch ms; 0 when unknown. */
  timeMs: number
  /** As the server sent it. Opaque to everything but the transport. */
  sent: Dict
  /** UserNames it goes from and to. */
  from: string
  to: string
  /** UserName of the group's member who wrote it; `''` elsewhere. */
  speaker: string
  /** UserNames it mentions, the conversation's among them, whose details the server can be asked for. */
  names: readonly string[]
  /** It carries no message of the conversation, so its place among them does not matter. */
  isNotification: boolean
  /** Permanent ids it reveals. */
  revealed: readonly RevealedId[]
}

/** Addresses of a message in the names of another session; absent ones stay. */
export interface Addresses {
  from?: string | undefined
  to?: string | undefined
  speaker?: string | undefined
}

/** What came at once. */
export interface Batch {
  messages: readonly Envelope[]
  /** Read one by one, so that very many can be applied with pauses. */
  contacts: Iterable<ContactEntry>
  /** Changes of members of groups, or of groups. */
  members: Iterable<ContactEntry>
  /** UserNames that left the address book, and groups that are gone. */
  removed: readonly string[]
  /** Position behind this batch. Opaque. */
  cursor: string
}

/** A batch that the account has to acknowledge. */
export interface Delivery {
  kind: 'batch'
  batch: Batch
  /** Aborts when the transport gives this delivery up; it comes again. */
  signal: AbortSignal
  /** The account has the batch: the position moves behind it. Returns whether it did. */
  acknowledge(): boolean
  /** The account could not take it: it comes again. */
  reject(error: unknown): void
}

/** What a transport reports while it receives. */
export type TransportEvent =
  | Delivery
  /** Traffic flows again after an `offline`. */
  | { kind: 'online' }
  /** The connection or the server fails; the transport tries again after `retryInMs`. */
  | { kind: 'offline'; error: Error; retryInMs: number }
  /** The server refused the position and gave a new one; messages in between may be missing. */
  | { kind: 'restarted' }
  /** The session is over; the last event. */
  | { kind: 'ended'; reason: LogoutReason }

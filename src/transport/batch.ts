import type { LogoutReason } from '../errors.js'
import type { Dict } from '../util/read.js'
import type { ContactEntry, RevealedId } from './contacts.js'

/** A received message before decoding. `sent` can be stored as JSON and read again by the same transport. */
export interface Envelope {
  /** Identifies the message when it is redelivered; `''` for a message without an id. */
  id: string
  /** Further keys that identify the message when it is redelivered under another id. Default: none. */
  aliases?: readonly string[]
  /** UserName of the conversation. */
  chat: string
  /** Time sent, epoch ms; 0 when unknown. */
  timeMs: number
  /** The message as the server sent it. Opaque to everything except the transport. */
  sent: Dict
  /** UserNames of the sender and the recipient. */
  from: string
  to: string
  /** UserName of the group member who wrote it; `''` outside groups. */
  speaker: string
  /** UserNames in the message whose details can be fetched, including that of the conversation. */
  names: readonly string[]
  /** Whether the message is not part of the conversation; its position among the messages then does not matter. */
  isNotification: boolean
  /** Permanent ids that the message reveals. */
  revealed: readonly RevealedId[]
}

/** Addresses of a message, as UserNames of another session; absent addresses stay unchanged. */
export interface Addresses {
  from?: string | undefined
  to?: string | undefined
  speaker?: string | undefined
}

/** Messages and changes received together. */
export interface Batch {
  messages: readonly Envelope[]
  /** Iterated lazily, so that a large number of entries can be applied with pauses in between. */
  contacts: Iterable<ContactEntry>
  /** Changes to groups or their members. */
  members: Iterable<ContactEntry>
  /** UserNames removed from the address book, including those of groups. */
  removed: readonly string[]
  /** Cursor after this batch. Opaque. */
  cursor: string
}

/** A batch that the account must acknowledge. */
export interface Delivery {
  kind: 'batch'
  batch: Batch
  /** Aborts when the transport abandons this delivery; the batch is redelivered. */
  signal: AbortSignal
  /** Accepts the batch and moves the cursor past it. Returns whether the cursor moved. */
  acknowledge(): boolean
  /** Rejects the batch; it is redelivered. */
  reject(error: unknown): void
}

/** Events of a receiving transport. */
export type TransportEvent =
  | Delivery
  /** The connection has been restored after an `offline` event. */
  | { kind: 'online' }
  /** The connection or the server failed; the transport retries after `retryInMs`. */
  | { kind: 'offline'; error: Error; retryInMs: number }
  /** The server rejected the cursor and sent a new one; messages in between may be missing. */
  | { kind: 'restarted' }
  /** The session has ended; this is the last event. */
  | { kind: 'ended'; reason: LogoutReason }

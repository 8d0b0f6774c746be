import type { Contact } from '../../contact/contact.js'
import { ItchatError, ServerError } from '../../errors.js'
import type { MessageType } from '../../message/fields.js'

/** The content of a send. Files are described without their bytes. */
export type SentContent =
  | { kind: 'text'; text: string }
  /**
   * `kind` is the kind that was actually sent, if known, otherwise the requested kind. `sizeBytes` is absent if the
   * file was not uploaded.
   */
  | { kind: 'file' | 'image' | 'video' | 'sticker'; name: string; sizeBytes?: number }
  | { kind: 'card'; userName: string; nickName: string }
  | { kind: 'raw'; type: number; content: string }
  /** A forwarded message. */
  | { kind: 'forwarded'; type: MessageType; msgId: string }

/** The outcome of a send. */
export type SendOutcome =
  /** The server accepted the message. */
  | 'sent'
  /** The server replied without an id; the message may not arrive. */
  | 'unconfirmed'
  /** The message has been stored and will be sent later. */
  | 'queued'
  /** The message was refused by the server or by the rules of the network. */
  | 'refused'
  /**
   * The connection or the wait ended, or the instance was closed, while the message was in flight; it may have arrived.
   */
  | 'unknown'
  /** The message was not sent. */
  | 'failed'

/** One completed send: a call, a reply or a forward. Long text counts as one send even if it was split into parts. */
export interface SentMessage {
  /** `LocalID` of the result; `''` if it is missing. */
  localId: string
  /** `MsgID` of the result; `''` if it is missing. */
  msgId: string
  /** The recipient; a UserName when the contact is unknown. */
  user: Contact | string
  outcome: SendOutcome
  content: SentContent
  /** The error with which the send rejected. Its `parts` are the parts of long text that were sent before the error. */
  error?: unknown
}

/**
 * Returns the outcome of a failed send.
 *
 * @param isInFlight whether a request with the message has been sent but not answered
 */
export function outcomeOf(error: unknown, isInFlight: boolean): SendOutcome {
  if (error instanceof ServerError) return 'refused'
  const mayHaveArrived = error instanceof ItchatError ? 'outcome' in error && error.outcome === 'unknown' : true
  return isInFlight && mayHaveArrived ? 'unknown' : 'failed'
}

import type { Contact } from '../../contact/contact.js'
import { ItchatError, ServerError } from '../../errors.js'
import type { MessageType } from '../../message/fields.js'

/** The content of a send; files without their bytes. */
export type SentContent =
  | { kind: 'text'; text: string }
  /**
   * `kind` is the kind actually sent once known, else the requested one. `sizeBytes` is absent when the file was not
   * uploaded.
   */
  | { kind: 'file' | 'image' | 'video' | 'sticker'; name: string; sizeBytes?: number }
  | { kind: 'card'; userName: string; nickName: string }
  | { kind: 'raw'; type: number; content: string }
  /** A forwarded message. */
  | { kind: 'forwarded'; type: MessageType; msgId: string }

/** The outcome of a send. */
export type SendOutcome =
  /** The server accepted it. */
  | 'sent'
  /** The server replied without an id: it may not arrive. */
  | 'unconfirmed'
  /** It is stored and will be sent later. */
  | 'queued'
  /** The server or the rules of the network refused it. */
  | 'refused'
  /** It was in flight when the connection, the wait or the instance ended; it may have arrived. */
  | 'unknown'
  /** It was not sent. */
  | 'failed'

/** One completed send: a call, a reply or a forward. A long text is one send even if split into parts. */
export interface SentMessage {
  /** `LocalID` of the result, `''` without one. */
  localId: string
  /** `MsgID` of the result, `''` without one. */
  msgId: string
  /** The recipient; a UserName when the contact is unknown. */
  user: Contact | string
  outcome: SendOutcome
  content: SentContent
  /** The error the send rejected with. Its `parts` are the parts of a long text that were sent. */
  error?: unknown
}

/**
 * The outcome of a failed send.
 *
 * @param isInFlight a request with the message was made and not answered
 */
export function outcomeOf(error: unknown, isInFlight: boolean): SendOutcome {
  if (error instanceof ServerError) return 'refused'
  const mayHaveArrived = error instanceof ItchatError ? 'outcome' in error && error.outcome === 'unknown' : true
  return isInFlight && mayHaveArrived ? 'unknown' : 'failed'
}

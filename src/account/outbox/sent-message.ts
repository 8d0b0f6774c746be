import type { Contact } from '../../contact/contact.js'
import { ItchatError, ServerError } from '../../errors.js'
import type { MessageType } from '../../message/fields.js'

/** What a send was about. Files without their bytes. */
export type SentContent =
  | { kind: 'text'; text: string }
  /** How it goes out, once that is known; else how it was meant. `sizeBytes` is absent when it never got so far. */
  | { kind: 'file' | 'image' | 'video' | 'sticker'; name: string; sizeBytes?: number }
  | { kind: 'card'; userName: string; nickName: string }
  | { kind: 'raw'; type: number; content: string }
  /** A received message that was sent on. */
  | { kind: 'forwarded'; type: MessageType; msgId: string }

/** What became of a send. */
export type SendOutcome =
  /** The server took it. */
  | 'sent'
  /** The server answered without an id: it may not arrive. */
  | 'unconfirmed'
  /** It is kept, and goes out later. */
  | 'queued'
  /** The server, or the rules of the network, refused it. */
  | 'refused'
  /** It was on its way when the connection, the wait or the instance ended; it may have arrived. */
  | 'unknown'
  /** It did not leave. */
  | 'failed'

/** One send of the program and its end: of a call, a reply, a forward; a long text is one send, whatever its parts. */
export interface SentMessage {
  /** `LocalID` of the result, `''` without one. */
  localId: string
  /** `MsgID` of the result, `''` without one. */
  msgId: string
  /** Whom it went to; the UserName of somebody who is not known. */
  user: Contact | string
  outcome: SendOutcome
  content: SentContent
  /** What the send rejected with. Its `parts` are those of a long text that went out. */
  error?: unknown
}

/**
 * What became of a send that failed.
 *
 * @param isOnItsWay a request with the message was made and not answered
 */
export function outcomeOf(error: unknown, isOnItsWay: boolean): SendOutcome {
  if (error instanceof ServerError) return 'refused'
  const mayHaveArrived = error instanceof ItchatError ? 'outcome' in error && error.outcome === 'unknown' : true
  return isOnItsWay && mayHaveArrived ? 'unknown' : 'failed'
}

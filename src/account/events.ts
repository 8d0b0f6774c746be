import type { Contact, User } from '../contact/contact.js'
import type { LogoutReason } from '../errors.js'
import type { Message } from '../message/message.js'
import type { MemberChanges, Renaming } from './contacts/contact-changes.js'
import type { IdentityEvidence } from './contacts/identity-match.js'
import type { SentMessage } from './outbox/sent-message.js'
import type { Quarantined } from './persistence/documents.js'
import type { ReloginAttempt } from './session/relogin.js'

/** The truth about the connection. */
export type State =
  /** No login yet. */
  | 'offline'
  | 'waitingForScan'
  | 'waitingForConfirm'
  /** Confirmed; the session starts and contacts are loaded. */
  | 'loggingIn'
  | 'online'
  /** Logged in, the connection is lost; it is retried until it is back. */
  | 'reconnecting'
  | 'loggedOut'
  | 'closed'

/** Payload of each event. */
export interface ItchatEvents {
  /** A QR waits to be scanned; also each one that replaces an expired one. */
  qr: { uuid: string /** The text inside the QR. */; link: string; png: Uint8Array }
  /** The phone scanned it. */
  scanned: { /** The account's picture as a `data:` address, when the server sent it. */ avatar?: string }
  /** The session is up and contacts are loaded. */
  login: { user: User /** From a saved session, without scanning. */; restored: boolean }
  /** The session is over; once per session. */
  logout: { reason: LogoutReason }
  /** A lost session is offered again after `retryInMs`. @see LoginOptions.relogin */
  relogin: ReloginAttempt
  /** Traffic flows: after login, and again after each `offline`. */
  online: { user: User }
  /** The connection or the server fails; it is tried again after `retryInMs`. */
  offline: { error: Error; retryInMs: number }
  /** The server reported new, changed or removed contacts. */
  contacts: {
    /** New to this account. */
    added: Contact[]
    /** New, or with something that is different now. */
    changed: Contact[]
    renamed: Renaming[]
    /** UserNames of those who left the address book, and of groups that are gone. */
    removed: string[]
    /** Into a group whose members were known. */
    joined: MemberChanges[]
    left: MemberChanges[]
  }
  /** A contact is taken for one of an earlier login because of what people choose themselves; `certain` is false. */
  identityGuessed: { contact: Contact; puid: string; evidence: IdentityEvidence }
  /** A Uin showed that a contact is somebody else than it was taken for. */
  identityCorrected: { contact: Contact; puid: string /** What it was until now. */; previous: string }
  /** Something kept between two runs could not be used and was put out of the way; the bot goes on without it. */
  setAside: Quarantined
  /** A send of this program ended, well or not; once for each, replies of handlers and forwards too. */
  sent: SentMessage
  /** A handler, a listener or a message failed; the bot goes on. */
  error: { error: unknown /** The message that was being handled. */; message?: Message }
}

import type { Contact, User } from '../contact/contact.js'
import type { LogoutReason } from '../errors.js'
import type { Message } from '../message/message.js'
import type { NamesOf } from '../util/check-options.js'
import type { MemberChanges, Renaming } from './contacts/contact-changes.js'
import type { IdentityEvidence } from './contacts/identity-match.js'
import type { SentMessage } from './outbox/sent-message.js'
import type { Quarantined } from './persistence/documents.js'
import type { ReloginAttempt } from './session/relogin.js'

/** The connection state of an account. */
export type State =
  /** No login yet. */
  | 'offline'
  | 'waitingForScan'
  | 'waitingForConfirm'
  /** Confirmed; the session is starting and contacts are being loaded. */
  | 'loggingIn'
  | 'online'
  /** Logged in, but the connection has been lost; reconnecting until it is restored. */
  | 'reconnecting'
  | 'loggedOut'
  | 'closed'

/** The payload of each event. */
export interface ItchatEvents {
  /** A QR code is ready to be scanned. Also emitted for each code that replaces an expired one. */
  qr: { uuid: string /** The link that the QR code encodes. */; link: string; png: Uint8Array }
  /** The phone scanned the QR code. */
  scanned: { /** The account's avatar as a `data:` URL, if the server sent it. */ avatar?: string }
  /**
   * The phone shows a code: pass it to `submitVerifyCode()`. `attempt` starts at 1 for each QR code and increases with
   * each wrong code.
   */
  verifyCode: { attempt: number }
  /** The session has started and contacts are loaded. */
  login: { user: User /** Whether a saved session was resumed without scanning a QR code. */; restored: boolean }
  /** The session has ended. Emitted once per session. */
  logout: { reason: LogoutReason }
  /** The session was lost; the next login attempt starts after `retryInMs`. @see LoginOptions.relogin */
  relogin: ReloginAttempt
  /** The connection is up. Emitted after login, and again after each `offline`. */
  online: { user: User }
  /** The connection or the server failed; the next attempt starts after `retryInMs`. */
  offline: { error: Error; retryInMs: number }
  /** The server reported new, changed or removed contacts. */
  contacts: {
    /** Contacts new to this account. */
    added: Contact[]
    /** Contacts that are new or have changed. */
    changed: Contact[]
    renamed: Renaming[]
    /** UserNames of contacts that left the address book, and of groups that no longer exist. */
    removed: string[]
    /** Members who joined a group whose member list was already loaded. */
    joined: MemberChanges[]
    /** Members who left a group whose member list was already loaded. */
    left: MemberChanges[]
  }
  /**
   * A contact was matched to a contact from an earlier login by traits that users choose themselves, such as names;
   * `certain` is false.
   */
  identityGuessed: { contact: Contact; puid: string; evidence: IdentityEvidence }
  /** A permanent id showed that a contact had been matched to the wrong identity. */
  identityCorrected: { contact: Contact; puid: string /** The puid before the correction. */; previous: string }
  /** State saved by an earlier run was unusable and has been quarantined. The bot continues without it. */
  setAside: Quarantined
  /** A send by this program succeeded or failed. Emitted once per send, including handler replies and forwards. */
  sent: SentMessage
  /** A handler or listener threw, or a message could not be processed. The bot continues. */
  error: { error: unknown /** The message that was being handled. */; message?: Message }
}

export const EVENTS: NamesOf<ItchatEvents> = {
  qr: true,
  scanned: true,
  verifyCode: true,
  login: true,
  logout: true,
  relogin: true,
  online: true,
  offline: true,
  contacts: true,
  identityGuessed: true,
  identityCorrected: true,
  setAside: true,
  sent: true,
  error: true,
}

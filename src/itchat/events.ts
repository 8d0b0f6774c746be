import type { Contact, User } from '../contact/contact.js'
import type { LogoutReason } from '../errors.js'
import type { Message } from '../message/message.js'

/** The truth about the connection. */
export type State =
  /** No login yet. */
  | 'offline'
  | 'waitingForScan'
  | 'waitingForConfirm'
  /** Confirmed; the session starts and contacts are loaded. */
  | 'loggingIn'
  | 'online'
  /** Logged in, the line is down; tried again until it is back. */
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
  /** Traffic flows: after login, and again after each `offline`. */
  online: { user: User }
  /** The line or the server fails; the connection is tried again. */
  offline: { error: Error; retryInMs: number }
  /** The server told of new, changed or vanished contacts. */
  contacts: { changed: Contact[] /** UserNames. */; removed: string[] }
  /** A handler, a listener or a message failed; the bot goes on. */
  error: { error: unknown /** The message that was being handled. */; message?: Message }
}

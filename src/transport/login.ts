import type { Dict } from '../util/read.js'
import type { ContactEntry } from './contacts.js'

/** Status of a login code. */
export type LoginStatus =
  | 'waiting'
  | 'scanned'
  /** The phone shows a code that must be passed to `submitVerifyCode`. */
  | 'verifyCodeNeeded'
  | 'confirmed'
  | 'cancelled'
  | 'expired'

/** The result of one poll of a login. */
export interface LoginPoll {
  status: LoginStatus
  /** The server's own status code, exposed to programs. */
  code: string
  /** The account's avatar as a `data:` URL, if the server sent it. */
  avatar?: string | undefined
}

/** A started session. */
export interface SessionStart {
  self: ContactEntry
  /** Contacts contained in the first reply. */
  contacts: readonly ContactEntry[]
  /** The reply as the server sent it, with its text decoded. */
  reply: Dict
}

/** The login steps: a code is shown, scanned and confirmed on the phone, then the session starts. */
export interface LoginPart {
  /** Requests a new code; `undefined` when the server returns no code. */
  requestCode(signal?: AbortSignal): Promise<string | undefined>
  /** Requests a code that the phone can confirm without scanning; `undefined` when the server refuses. */
  requestPush?(account: string, signal?: AbortSignal): Promise<string | undefined>
  /** The text to encode in the QR code. */
  qrContent(code: string): string
  /**
   * Waits for the phone for as long as the server holds the request. Once the code has been confirmed, `start` can be
   * called.
   *
   * @throws LoginError when the server refuses this account
   */
  poll(code: string, signal?: AbortSignal): Promise<LoginPoll>
  /**
   * Sets the code shown on the phone; later polls of this QR code send it. If a poll then reports `verifyCodeNeeded`
   * again, the code was wrong.
   */
  submitVerifyCode?(code: string): void
  /** Starts the session. */
  start(signal?: AbortSignal): Promise<SessionStart>
  /** Shows on the phone that this client is online. */
  announce?(signal?: AbortSignal): Promise<void>
}

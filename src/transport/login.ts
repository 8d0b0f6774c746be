import type { Dict } from '../util/read.js'
import type { ContactEntry } from './contacts.js'

/** What became of a login code. */
export type LoginStatus = 'waiting' | 'scanned' | 'confirmed' | 'cancelled' | 'expired'

export interface LoginPoll {
  status: LoginStatus
  /** The server's own code, as programs see it. */
  code: string
  /** The account's picture as a `data:` address, when the server sent it. */
  avatar?: string | undefined
}

/** A session that was started. */
export interface SessionStart {
  self: ContactEntry
  /** Contacts the server named at once. */
  contacts: readonly ContactEntry[]
  /** As the server sent it, words decoded. */
  reply: Dict
}

/** The steps of a login: a code is shown, scanned and confirmed on the phone, then the session starts. */
export interface LoginPart {
  /** A new code; `undefined` when the server has none to give. */
  requestCode(signal?: AbortSignal): Promise<string | undefined>
  /** A code that the phone was asked to confirm without scanning; `undefined` when the server refuses. */
  requestPush?(account: string, signal?: AbortSignal): Promise<string | undefined>
  /** The text inside the QR of a code. */
  qrContent(code: string): string
  /**
   * Waits for the phone for as long as the server holds the request; a confirmed code makes the next `start` possible.
   *
   * @throws LoginError when the server refuses this account
   */
  poll(code: string, signal?: AbortSignal): Promise<LoginPoll>
  /** Starts the session. */
  start(signal?: AbortSignal): Promise<SessionStart>
  /** Shows on the phone that this client is online. */
  announce?(signal?: AbortSignal): Promise<void>
}

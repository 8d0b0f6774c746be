import { LOGIN_CODE } from '../../transports/web/wire/login.js'
import { randomAlphanumeric } from '../random.js'

/** The state of a login by QR code or push. */
export type AttemptState = 'waiting' | 'scanned' | 'confirmed' | 'cancelled' | 'expired'

/** A login attempt: its uuid, its state on the phone, and the state last reported to the program. */
export class LoginAttempt {
  readonly uuid = `${randomAlphanumeric(10)}==`
  readonly ticket = `${randomAlphanumeric(24)}@qrticket_0`
  /** Unix time in milliseconds. */
  readonly createdAt: number
  /** Unix time in milliseconds. */
  readonly expiresAt: number
  /** The number of the account whose phone has scanned the QR code, or was asked without one. */
  account: number | undefined
  /** Unix time of the scan in milliseconds. */
  scannedAt = 0
  /** Whether the ticket has been exchanged. */
  used = false
  /** The message with which the ticket page refused the login, if it did. */
  refusal?: string
  #state: AttemptState
  #reported: AttemptState = 'waiting'

  /** With an account, the login was requested without a QR code. */
  constructor(nowMs: number, lifetimeMs: number, account: number | undefined) {
    this.createdAt = nowMs
    this.expiresAt = nowMs + lifetimeMs
    this.account = account
    this.#state = account === undefined ? 'waiting' : 'scanned'
    if (account !== undefined) this.scannedAt = nowMs
  }

  get state(): AttemptState {
    return this.#state
  }

  /** Whether the login is waiting for an action on the phone. */
  get open(): boolean {
    return this.#state === 'waiting' || this.#state === 'scanned'
  }

  set(state: AttemptState, nowMs: number): void {
    this.#state = state
    if (state === 'scanned') this.scannedAt = nowMs
  }

  /** The next code to report to the program, or `undefined` if nothing has changed. @see docs/protocol.md §3.3 */
  get pendingCode(): number | undefined {
    switch (this.#state) {
      case 'waiting':
        return undefined
      case 'scanned':
        return this.#reported === 'scanned' ? undefined : LOGIN_CODE.scanned
      case 'cancelled':
        return this.#reported === 'cancelled' ? undefined : LOGIN_CODE.cancelled
      case 'confirmed':
        // Repeated while the ticket is unused, because the reply may have been lost.
        return this.used ? LOGIN_CODE.expired : LOGIN_CODE.confirmed
      default:
        return LOGIN_CODE.expired
    }
  }

  /** Marks the current state as reported to the program. */
  markReported(): void {
    this.#reported = this.#state
  }
}

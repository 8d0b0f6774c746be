import { LOGIN_CODE } from '../../transports/web/wire/login.js'
import { randomAlphanumeric } from '../random.js'

/** The state of a QR or push login. */
export type AttemptState = 'waiting' | 'scanned' | 'confirmed' | 'cancelled' | 'expired'

/** One uuid: its state on the phone, and the state last reported to its program. */
export class LoginAttempt {
  readonly uuid = `${randomAlphanumeric(10)}==`
  readonly ticket = `${randomAlphanumeric(24)}@qrticket_0`
  /** Epoch ms. */
  readonly createdAt: number
  /** Epoch ms. */
  readonly expiresAt: number
  /** Requested without a QR. */
  readonly push: boolean
  /** Epoch ms of the scan. */
  scannedAt = 0
  /** The ticket was exchanged. */
  used = false
  /** Message of the refusal by the ticket page; absent when not refused. */
  refusal?: string
  #state: AttemptState
  #reported: AttemptState = 'waiting'

  constructor(nowMs: number, lifetimeMs: number, push: boolean) {
    this.createdAt = nowMs
    this.expiresAt = nowMs + lifetimeMs
    this.push = push
    this.#state = push ? 'scanned' : 'waiting'
    if (push) this.scannedAt = nowMs
  }

  get state(): AttemptState {
    return this.#state
  }

  /** It waits for an action on the phone. */
  get open(): boolean {
    return this.#state === 'waiting' || this.#state === 'scanned'
  }

  set(state: AttemptState, nowMs: number): void {
    this.#state = state
    if (state === 'scanned') this.scannedAt = nowMs
  }

  /** The next code to report to its program; `undefined` when nothing changed. @see docs/protocol.md §3.3 */
  get pendingCode(): number | undefined {
    switch (this.#state) {
      case 'waiting':
        return undefined
      case 'scanned':
        return this.#reported === 'scanned' ? undefined : LOGIN_CODE.scanned
      case 'cancelled':
        return this.#reported === 'cancelled' ? undefined : LOGIN_CODE.cancelled
      case 'confirmed':
        // Repeated while the ticket is unused: the reply may have been lost.
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

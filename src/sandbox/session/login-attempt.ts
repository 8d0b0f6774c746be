import { LOGIN_CODE } from '../../transports/web/wire/login.js'
import { randomAlphanumeric } from '../random.js'

/** How far a QR or a push confirmation has come. */
export type AttemptState = 'waiting' | 'scanned' | 'confirmed' | 'cancelled' | 'expired'

/** One uuid: what happened to it on the phone, and what its program knows of that. */
export class LoginAttempt {
  readonly uuid = `${randomAlphanumeric(10)}==`
  readonly ticket = `${randomAlphanumeric(24)}@qrticket_0`
  /** Epoch ms. */
  readonly createdAt: number
  /** Epoch ms. */
  readonly expiresAt: number
  /** Asked for without a QR. */
  readonly push: boolean
  /** Epoch ms of the scan. */
  scannedAt = 0
  /** The ticket was exchanged. */
  used = false
  /** Why the ticket page refused it; absent when it did not. */
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

  /** It waits for something to be done on the phone. */
  get open(): boolean {
    return this.#state === 'waiting' || this.#state === 'scanned'
  }

  set(state: AttemptState, nowMs: number): void {
    this.#state = state
    if (state === 'scanned') this.scannedAt = nowMs
  }

  /** The code its program has not heard yet; `undefined` while there is nothing new. @see docs/protocol.md §3.3 */
  get news(): number | undefined {
    switch (this.#state) {
      case 'waiting':
        return undefined
      case 'scanned':
        return this.#reported === 'scanned' ? undefined : LOGIN_CODE.scanned
      case 'cancelled':
        return this.#reported === 'cancelled' ? undefined : LOGIN_CODE.cancelled
      case 'confirmed':
        // Told again while the ticket is unused: the reply may have been lost on its way.
        return this.used ? LOGIN_CODE.expired : LOGIN_CODE.confirmed
      default:
        return LOGIN_CODE.expired
    }
  }

  /** The program was told of the present state. */
  told(): void {
    this.#reported = this.#state
  }
}

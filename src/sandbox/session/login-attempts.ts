import type { Clock } from '../clock.js'
import { Notifier } from '../notifier.js'
import { type AttemptState, LoginAttempt } from './login-attempt.js'

const LIMIT = 100

/** Lifetime of a QR code. @see docs/protocol.md §3.3 */
const QR_LIFETIME_MS = 5 * 60 * 1000

/** The recently issued uuids of all accounts. A QR code belongs to an account once the phone of that account scans it. */
export class LoginAttempts {
  /** Notifies waiters of every change. */
  readonly notifier = new Notifier()
  readonly #attempts = new Map<string, LoginAttempt>()
  readonly #clock: Clock
  readonly #closing: AbortSignal
  readonly #onChange: (attempt: LoginAttempt) => void

  constructor(clock: Clock, closing: AbortSignal, onChange: (attempt: LoginAttempt) => void) {
    this.#clock = clock
    this.#closing = closing
    this.#onChange = onChange
  }

  find(uuid: string): LoginAttempt | undefined {
    return this.#attempts.get(uuid)
  }

  findTicket(ticket: string): LoginAttempt | undefined {
    return this.all.find((attempt) => attempt.ticket === ticket && attempt.state === 'confirmed')
  }

  /** The attempts, oldest first. */
  get all(): LoginAttempt[] {
    return [...this.#attempts.values()]
  }

  /** Issues a uuid that expires after five minutes. With an account, it asks the phone of that account to confirm. */
  start(account?: number): LoginAttempt {
    const attempt = new LoginAttempt(this.#clock.now(), QR_LIFETIME_MS, account)
    this.#attempts.set(attempt.uuid, attempt)
    const [oldest] = this.#attempts.keys()
    if (this.#attempts.size > LIMIT && oldest !== undefined) this.#attempts.delete(oldest)
    void this.#expireInTime(attempt)
    this.#changed(attempt)
    return attempt
  }

  set(attempt: LoginAttempt, state: AttemptState): void {
    attempt.set(state, this.#clock.now())
    this.#changed(attempt)
  }

  /** Records that the ticket of a confirmed attempt was refused. */
  refuse(attempt: LoginAttempt, message: string): void {
    attempt.used = true
    attempt.refusal = message
    this.#changed(attempt)
  }

  /** Records that the attempt's ticket was exchanged. */
  use(attempt: LoginAttempt): void {
    attempt.used = true
    this.#changed(attempt)
  }

  async #expireInTime(attempt: LoginAttempt): Promise<void> {
    while (attempt.open && !this.#closing.aborted) {
      const leftMs = attempt.expiresAt - this.#clock.now()
      if (leftMs <= 0) return this.set(attempt, 'expired')
      await this.notifier.waitFor(leftMs, this.#clock, this.#closing)
    }
  }

  #changed(attempt: LoginAttempt): void {
    this.notifier.notify()
    this.#onChange(attempt)
  }
}

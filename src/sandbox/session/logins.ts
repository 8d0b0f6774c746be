import type { Clock } from '../clock.js'
import { SandboxError } from '../errors.js'
import { Notifier } from '../notifier.js'
import { type AttemptState, LoginAttempt } from './login-attempt.js'

const LIMIT = 100

/** Lifetime of a QR code. @see docs/protocol.md §3.3 */
const QR_LIFETIME_MS = 5 * 60 * 1000

/** The actions on the phone that change a login. */
type MoveName = 'scan' | 'confirm' | 'cancel' | 'expire'

/** Keeps the recently issued uuids and applies the phone's actions to the latest one. */
export class Logins {
  /** Notifies waiters of every change. */
  readonly notifier = new Notifier()
  readonly #attempts = new Map<string, LoginAttempt>()
  readonly #clock: Clock
  readonly #closing: AbortSignal
  readonly #onChange: (attempt: LoginAttempt, action?: MoveName) => void

  /** `onChange` receives the action if one on the phone caused the change. */
  constructor(clock: Clock, closing: AbortSignal, onChange: (attempt: LoginAttempt, action?: MoveName) => void) {
    this.#clock = clock
    this.#closing = closing
    this.#onChange = onChange
  }

  /** The latest attempt. */
  get latest(): LoginAttempt | undefined {
    return [...this.#attempts.values()].at(-1)
  }

  find(uuid: string): LoginAttempt | undefined {
    return this.#attempts.get(uuid)
  }

  findTicket(ticket: string): LoginAttempt | undefined {
    return [...this.#attempts.values()].find((attempt) => attempt.ticket === ticket && attempt.state === 'confirmed')
  }

  /** The tickets of the attempts, which must not be shown. */
  get tickets(): string[] {
    return [...this.#attempts.values()].map(({ ticket }) => ticket)
  }

  /** Issues a uuid that expires after five minutes. */
  start(push = false): LoginAttempt {
    const attempt = new LoginAttempt(this.#clock.now(), QR_LIFETIME_MS, push)
    this.#attempts.set(attempt.uuid, attempt)
    const [oldest] = this.#attempts.keys()
    if (this.#attempts.size > LIMIT && oldest !== undefined) this.#attempts.delete(oldest)
    void this.#expireInTime(attempt)
    this.#changed(attempt)
    return attempt
  }

  /** Scans the QR code. */
  scan(): LoginAttempt {
    return this.#move('scan', ['waiting'], 'scanned')
  }

  /** Confirms the scanned login. */
  confirm(): LoginAttempt {
    return this.#move('confirm', ['scanned'], 'confirmed')
  }

  /** Cancels a login that is waiting to be scanned or confirmed. */
  cancel(): LoginAttempt {
    return this.#move('cancel', ['scanned', 'waiting'], 'cancelled')
  }

  /** Makes the QR code expire early. */
  expire(): LoginAttempt {
    return this.#move('expire', ['waiting', 'scanned', 'cancelled'], 'expired')
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

  #move(action: MoveName, from: AttemptState[], to: AttemptState): LoginAttempt {
    const { latest } = this
    if (!latest)
      throw new SandboxError(`Cannot ${action}: no program has requested a QR code yet. Start a program first.`)
    if (!from.includes(latest.state)) {
      throw new SandboxError(`Cannot ${action}: the QR code ${latest.uuid} is ${latest.state}. ${ADVICE[latest.state]}`)
    }
    latest.set(to, this.#clock.now())
    this.#changed(latest, action)
    return latest
  }

  async #expireInTime(attempt: LoginAttempt): Promise<void> {
    while (attempt.open && !this.#closing.aborted) {
      const leftMs = attempt.expiresAt - this.#clock.now()
      if (leftMs <= 0) {
        attempt.set('expired', this.#clock.now())
        this.#changed(attempt)
        return
      }
      await this.notifier.waitFor(leftMs, this.#clock, this.#closing)
    }
  }

  #changed(attempt: LoginAttempt, action?: MoveName): void {
    this.notifier.notify()
    this.#onChange(attempt, action)
  }
}

const ADVICE: Record<AttemptState, string> = {
  waiting: 'Scan it first.',
  scanned: 'Confirm or cancel it.',
  confirmed: 'The program may log in now.',
  cancelled: 'The program must request a new QR code.',
  expired: 'The program must request a new QR code.',
}

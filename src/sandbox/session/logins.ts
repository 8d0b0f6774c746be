import type { Clock } from '../clock.js'
import { SandboxError } from '../errors.js'
import type { Notifier } from '../notifier.js'
import type { AttemptState, LoginAttempt } from './login-attempt.js'
import type { LoginAttempts } from './login-attempts.js'

/** The actions on the phone that change a login. */
type MoveName = 'scan' | 'confirm' | 'cancel' | 'expire'

interface LoginsOptions {
  /** The number of the account. */
  account: number
  attempts: LoginAttempts
  clock: Clock
  /** Whether other accounts may scan the same QR codes. */
  isShared: () => boolean
  /** Called after an action of the phone, before its effects are announced. */
  onAction: (action: MoveName) => void
}

/** The logins that one account's phone sees: its own ones, and QR codes that no phone has scanned. */
export class Logins {
  readonly #options: LoginsOptions

  constructor(options: LoginsOptions) {
    this.#options = options
  }

  /** Notifies waiters of every change. */
  get notifier(): Notifier {
    return this.#options.attempts.notifier
  }

  /** The attempt to which the phone's actions apply. */
  get latest(): LoginAttempt | undefined {
    const { account, attempts, isShared } = this.#options
    const own = attempts.all.filter((attempt) => attempt.account === account)
    // While the phone asks for a confirmation, a newer QR code may be for another account.
    const asked = isShared() ? own.findLast(({ open }) => open) : undefined
    return asked ?? attempts.all.findLast((attempt) => (attempt.account ?? account) === account)
  }

  /** Whether a login that this phone has accepted, or is asked to accept, is still in progress. */
  get isBusy(): boolean {
    const { account, attempts, clock } = this.#options
    return attempts.all.some(
      (attempt) =>
        attempt.account === account &&
        (attempt.open || (attempt.state === 'confirmed' && !attempt.used)) &&
        clock.now() < attempt.expiresAt,
    )
  }

  /** Scans the QR code, by default the latest one, which then belongs to the account. */
  scan(attempt = this.latest): LoginAttempt {
    return this.#move('scan', ['waiting'], 'scanned', attempt)
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

  #move(action: MoveName, from: AttemptState[], to: AttemptState, attempt = this.latest): LoginAttempt {
    if (!attempt)
      throw new SandboxError(`Cannot ${action}: no program has requested a QR code yet. Start a program first.`)
    if (!from.includes(attempt.state)) {
      const { uuid, state } = attempt
      throw new SandboxError(`Cannot ${action}: the QR code ${uuid} is ${state}. ${ADVICE[state]}`)
    }
    const { account, attempts, onAction } = this.#options
    if (action !== 'expire') attempt.account = account
    onAction(action)
    attempts.set(attempt, to)
    return attempt
  }
}

const ADVICE: Record<AttemptState, string> = {
  waiting: 'Scan it first.',
  scanned: 'Confirm or cancel it.',
  confirmed: 'The program may log in now.',
  cancelled: 'The program must request a new QR code.',
  expired: 'The program must request a new QR code.',
}

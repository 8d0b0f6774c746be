import { LoggedOutError, type LogoutReason, NetworkError, ProtocolError } from '../../errors.js'
import { backoffMs } from '../../util/backoff.js'
import { type Clock, chance } from '../../util/clock.js'
import { LockLapsed } from '../persistence/store-lock.js'

/** A session that was lost sooner than this was probably ended by another program using the account. */
const STABLE_MS = 10 * 60_000

const FIRST_PAUSE_MS = 60_000
const MAX_PAUSE_MS = 60 * 60_000

/** Payload of the `relogin` event. */
export interface ReloginAttempt {
  /** Why the session was lost. */
  reason: LogoutReason
  /** Starts at 1, and increases as long as each session lasts less than ten minutes. */
  attempt: number
  retryInMs: number
}

interface ReloginOptions {
  clock: Clock
  onPause(pause: ReloginAttempt): void
  /** Called when the connection, the server or the lock fails; the next attempt starts after `retryInMs`. */
  onFailure(error: Error, retryInMs: number): void
}

/** Logs in again after a session has been lost, with increasing delays if sessions are lost soon after login. */
export class Relogin {
  readonly #options: ReloginOptions
  /** Number of consecutive sessions that were lost soon after login. */
  #losses = 0

  constructor(options: ReloginOptions) {
    this.#options = options
  }

  /**
   * Calls `logIn` after a pause, and retries it while the connection, the server or the lock fails.
   *
   * @throws any other error from `logIn`; the signal's reason
   */
  async afterLoss(
    reason: LogoutReason,
    livedMs: number,
    logIn: () => Promise<unknown>,
    signal: AbortSignal,
  ): Promise<void> {
    if (livedMs >= STABLE_MS) this.#losses = 0
    let lossReason = reason
    while (true) {
      await this.#pause(lossReason, signal)
      try {
        await this.#retry(logIn, signal)
        return
      } catch (error) {
        if (!(error instanceof LoggedOutError)) throw error
        lossReason = error.reason
      }
    }
  }

  async #pause(reason: LogoutReason, signal: AbortSignal): Promise<void> {
    const { clock, onPause } = this.#options
    const attempt = ++this.#losses
    const pauseMs = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 2))
    const retryInMs = attempt === 1 ? backoffMs(1, clock) : Math.round(pauseMs * (0.5 + chance(clock) / 2))
    onPause({ reason, attempt, retryInMs })
    await clock.sleep(retryInMs, signal)
  }

  async #retry(logIn: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
    for (let failures = 1; ; failures++) {
      try {
        await logIn()
        return
      } catch (error) {
        if (signal.aborted || !isTransient(error)) throw error
        const retryInMs = backoffMs(failures, this.#options.clock)
        this.#options.onFailure(error, retryInMs)
        await this.#options.clock.sleep(retryInMs, signal)
      }
    }
  }
}

function isTransient(error: unknown): error is NetworkError | ProtocolError | LockLapsed {
  return error instanceof NetworkError || error instanceof ProtocolError || error instanceof LockLapsed
}

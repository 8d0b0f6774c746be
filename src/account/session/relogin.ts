import { LoggedOutError, type LogoutReason, NetworkError, ProtocolError } from '../../errors.js'
import { backoffMs } from '../../util/backoff.js'
import { type Clock, chance } from '../../util/clock.js'
import { LockLapsed } from '../persistence/store-lock.js'

/** A session that lived shorter was taken away by somebody who wants the account, too. */
const STABLE_MS = 10 * 60_000

const FIRST_PAUSE_MS = 60_000
const MAX_PAUSE_MS = 60 * 60_000

/** What is told before a lost session is offered again. */
export interface ReloginAttempt {
  /** Why the session was lost. */
  reason: LogoutReason
  /** From 1; above that the sessions before it lived less than ten minutes each. */
  attempt: number
  retryInMs: number
}

interface ReloginOptions {
  clock: Clock
  onPause(pause: ReloginAttempt): void
  /** The connection, the server or the lock fails; it is tried again after `retryInMs`. */
  onFailure(error: Error, retryInMs: number): void
}

/** Logs in again after a session was lost; the sooner it is lost again, the later. */
export class Relogin {
  readonly #options: ReloginOptions
  /** Sessions in a row that were lost soon. */
  #losses = 0

  constructor(options: ReloginOptions) {
    this.#options = options
  }

  /**
   * Calls `logIn` after a pause, and again while the connection, the server or the lock fails.
   *
   * @throws what `logIn` throws otherwise, the signal's reason
   */
  async after(
    reason: LogoutReason,
    livedMs: number,
    logIn: () => Promise<unknown>,
    signal: AbortSignal,
  ): Promise<void> {
    if (livedMs >= STABLE_MS) this.#losses = 0
    let lostFor = reason
    while (true) {
      await this.#pause(lostFor, signal)
      try {
        await this.#persist(logIn, signal)
        return
      } catch (error) {
        if (!(error instanceof LoggedOutError)) throw error
        lostFor = error.reason
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

  async #persist(logIn: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
    for (let failures = 1; ; failures++) {
      try {
        await logIn()
        return
      } catch (error) {
        if (signal.aborted || !mayPass(error)) throw error
        const retryInMs = backoffMs(failures, this.#options.clock)
        this.#options.onFailure(error, retryInMs)
        await this.#options.clock.sleep(retryInMs, signal)
      }
    }
  }
}

function mayPass(error: unknown): error is NetworkError | ProtocolError | LockLapsed {
  return error instanceof NetworkError || error instanceof ProtocolError || error instanceof LockLapsed
}

import { NetworkError } from '../../../errors.js'
import { type Clock, startTimer } from '../../../util/clock.js'
import { raceSignal } from '../../../util/race-signal.js'

/** How often it looks; a third of a poll, so that a computer that wakes up is online again soon. */
const CHECK_INTERVAL_MS = 12_000

/** Longer than any request may take. */
const JUMP_MS = 35_000

/** A poll and a sync with all its tries take less than half of it. */
const STANDSTILL_MS = 3 * 60_000

/** The computer slept: requests that were on their way may have been lost. */
export class ClockJump extends NetworkError {}

/** Aborts the work under way when the computer slept, or nothing has progressed for too long. */
export class Watchdog {
  readonly #clock: Clock
  readonly #stop = new AbortController()
  #work = new AbortController()
  #sinceTouchMs: () => number

  /** While true, no progress is expected. */
  isPaused = false

  constructor(clock: Clock) {
    this.#clock = clock
    this.#sinceTouchMs = startTimer(clock)
    void this.#look()
  }

  /** Runs work that can be aborted, whether it listens to its signal or not. */
  watch<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#work = new AbortController()
    this.touch()
    return raceSignal(work(this.#work.signal), this.#work.signal)
  }

  /** Something progressed. */
  touch(): void {
    this.#sinceTouchMs = startTimer(this.#clock)
  }

  /** Aborts the work under way. */
  abort(reason: unknown): void {
    this.#work.abort(reason)
  }

  /** Ends the looks. */
  stop(): void {
    this.#stop.abort()
  }

  async #look(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      // A computer that sleeps stops the other clock.
      const before = this.#clock.now()
      await this.#clock.sleep(CHECK_INTERVAL_MS, this.#stop.signal).catch(() => {})
      const sleptMs = this.#clock.now() - before - CHECK_INTERVAL_MS
      const stoodMs = this.#sinceTouchMs()
      if (sleptMs > JUMP_MS) this.abort(jumped(sleptMs))
      else if (stoodMs > STANDSTILL_MS && !this.isPaused) this.abort(stoodStill(stoodMs))
    }
  }
}

function jumped(ms: number): ClockJump {
  return new ClockJump(
    `synccheck: the clock jumped by ${Math.round(ms / 1000)} s, as when a computer sleeps. The server is asked anew.`,
    { endpoint: 'synccheck', outcome: 'unknown' },
  )
}

function stoodStill(ms: number): NetworkError {
  return new NetworkError(
    `webwxsync: nothing moved for ${Math.round(ms / 1000)} s. It is given up and the server is asked anew.`,
    { endpoint: 'webwxsync', outcome: 'unknown' },
  )
}

import { NetworkError } from '../../../errors.js'
import { type Clock, startTimer } from '../../../util/clock.js'
import { raceSignal } from '../../../util/race-signal.js'

/** Time between checks: a third of the poll timeout, so that the client is soon online again after system sleep. */
const CHECK_INTERVAL_MS = 12_000

/** Smallest clock jump that counts as system sleep: longer than any request may take. */
const JUMP_MS = 35_000

/** Maximum time without progress. A poll and a sync with all retries take less than half of it. */
const STALL_MS = 3 * 60_000

/** Thrown after system sleep: requests in flight may have been lost. */
export class ClockJump extends NetworkError {}

/** Aborts the current work after system sleep, or when there has been no progress for too long. */
export class Watchdog {
  readonly #clock: Clock
  readonly #stop = new AbortController()
  #work = new AbortController()
  #sinceTouchMs: () => number

  /** Whether no progress is expected at the moment. */
  isPaused = false

  constructor(clock: Clock) {
    this.#clock = clock
    this.#sinceTouchMs = startTimer(clock)
    void this.#check()
  }

  /** Runs work that can be aborted even when it ignores its signal. */
  watch<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#work = new AbortController()
    this.touch()
    return raceSignal(work(this.#work.signal), this.#work.signal)
  }

  /** Records progress. */
  touch(): void {
    this.#sinceTouchMs = startTimer(this.#clock)
  }

  /** Aborts the current work. */
  abort(reason: unknown): void {
    this.#work.abort(reason)
  }

  /** Stops the checks. */
  stop(): void {
    this.#stop.abort()
  }

  async #check(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      // Uses the wall clock, because the monotonic clock stops during system sleep.
      const before = this.#clock.now()
      await this.#clock.sleep(CHECK_INTERVAL_MS, this.#stop.signal).catch(() => {})
      const sleptMs = this.#clock.now() - before - CHECK_INTERVAL_MS
      const stalledMs = this.#sinceTouchMs()
      if (sleptMs > JUMP_MS) this.abort(clockJumped(sleptMs))
      else if (stalledMs > STALL_MS && !this.isPaused) this.abort(stalled(stalledMs))
    }
  }
}

function clockJumped(ms: number): ClockJump {
  return new ClockJump(
    `synccheck: the clock jumped by ${Math.round(ms / 1000)} s, as after system sleep. The server is polled again.`,
    { endpoint: 'synccheck', outcome: 'unknown' },
  )
}

function stalled(ms: number): NetworkError {
  return new NetworkError(
    `webwxsync: no progress for ${Math.round(ms / 1000)} s. The current step is aborted and repeated.`,
    {
      endpoint: 'webwxsync',
      outcome: 'unknown',
    },
  )
}

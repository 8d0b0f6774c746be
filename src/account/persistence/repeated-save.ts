import { backoffMs } from '../../util/backoff.js'
import type { Clock } from '../../util/clock.js'
import { coalesced } from '../../util/coalesced.js'

/** Minimum delay before a retry. With full jitter alone, the delay could be close to zero. */
const MIN_PAUSE_MS = 1_000

interface RepeatedSaveOptions {
  clock: Clock
  save(): Promise<void>
  /** Called for the first of consecutive failures. */
  onError(error: unknown): void
}

/** Runs one save at a time. A failed save is reported, and retried with backoff until a save succeeds. */
export class RepeatedSave {
  readonly #options: RepeatedSaveOptions
  readonly #saveOnce: () => Promise<void>
  #failures = 0
  #retry: AbortController | undefined
  #settled: Promise<void> = Promise.resolve()

  constructor(options: RepeatedSaveOptions) {
    this.#options = options
    this.#saveOnce = coalesced(() => options.save())
  }

  /** Resolves when a save started after this call has succeeded, or has failed and been reported. */
  save(): Promise<void> {
    this.#settled = this.#saveOnce().then(
      () => this.stop(),
      (error) => {
        if (this.#failures++ === 0) this.#options.onError(error)
        this.#scheduleRetry()
      },
    )
    return this.#settled
  }

  /** Resolves when the last save has settled. */
  settled(): Promise<void> {
    return this.#settled
  }

  /** Cancels the pending retry. */
  stop(): void {
    this.#failures = 0
    this.#retry?.abort()
    this.#retry = undefined
  }

  #scheduleRetry(): void {
    if (this.#retry) return
    const retry = new AbortController()
    this.#retry = retry
    const pauseMs = Math.max(MIN_PAUSE_MS, backoffMs(this.#failures, this.#options.clock))
    this.#options.clock.sleep(pauseMs, retry.signal, { ref: false }).then(
      () => {
        if (this.#retry !== retry) return
        this.#retry = undefined
        void this.save()
      },
      () => {},
    )
  }
}

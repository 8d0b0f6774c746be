import { backoffMs } from '../../util/backoff.js'
import { type Clock, startTimer } from '../../util/clock.js'
import { coalesced } from '../../util/coalesced.js'

/** Minimum delay before a retry. With full jitter alone, the delay could be close to zero. */
const MIN_PAUSE_MS = 1_000

/** Minimum time between the starts of saves that may wait. */
const SOON_MS = 1_000

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
  #delayed: AbortController | undefined
  #sinceSaveMs: () => number = () => Number.POSITIVE_INFINITY
  #settled: Promise<void> = Promise.resolve()

  constructor(options: RepeatedSaveOptions) {
    this.#options = options
    this.#saveOnce = coalesced(() => options.save())
  }

  /** Resolves when a save started after this call has succeeded, or has failed and been reported. */
  save(): Promise<void> {
    this.#cancelDelayed()
    this.#sinceSaveMs = startTimer(this.#options.clock)
    this.#settled = this.#saveOnce().then(
      () => this.#cancelRetry(),
      (error) => {
        if (this.#failures++ === 0) this.#options.onError(error)
        this.#scheduleRetry()
      },
    )
    return this.#settled
  }

  /** Starts a save that may wait, if there is one, and resolves when the last save has settled. */
  flush(): Promise<void> {
    return this.#delayed ? this.save() : this.#settled
  }

  /** Saves immediately, or a second after the last save started. */
  saveSoon(): void {
    if (this.#delayed) return
    const waitMs = SOON_MS - this.#sinceSaveMs()
    if (waitMs <= 0) {
      void this.save()
      return
    }
    const delayed = new AbortController()
    this.#delayed = delayed
    this.#options.clock.sleep(waitMs, delayed.signal, { ref: false }).then(
      () => this.#delayed === delayed && void this.save(),
      () => {},
    )
  }

  /** Cancels the pending save and the pending retry. */
  stop(): void {
    this.#cancelDelayed()
    this.#cancelRetry()
  }

  #cancelDelayed(): void {
    this.#delayed?.abort()
    this.#delayed = undefined
  }

  #cancelRetry(): void {
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

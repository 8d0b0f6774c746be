/** A clock that advances past each sleep immediately, so that pauses between retries cost the test no time. */
export class AutoAdvanceClock {
  #ms = Date.now()
  readonly #timeoutsFromMs: number

  /** @param timeoutsFromMs sleeps of at least this length are timeouts of requests, and never elapse */
  constructor(timeoutsFromMs = 10_000) {
    this.#timeoutsFromMs = timeoutsFromMs
  }

  now = () => this.#ms

  monotonicMs = () => this.#ms

  /** Advances the time without ending a sleep. */
  skip(ms: number): void {
    this.#ms += ms
  }

  async sleep(ms: number, signal?: AbortSignal, { ref = true }: { ref?: boolean } = {}) {
    // Background sleeps never elapse either.
    if (ms >= this.#timeoutsFromMs || !ref)
      return new Promise<void>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
    await new Promise((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
    this.#ms += ms
  }
}

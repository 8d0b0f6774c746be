/** A clock that advances past each sleep immediately, so that pauses between retries cost the test no time. */
export class AutoAdvanceClock {
  #ms = Date.now()

  now = () => this.#ms

  monotonicMs = () => this.#ms

  async sleep(ms: number, signal?: AbortSignal, { ref = true }: { ref?: boolean } = {}) {
    // Sleeps of ten seconds or more are request timeouts. They never elapse here, and neither do background sleeps.
    if (ms >= 10_000 || !ref)
      return new Promise<void>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
    await new Promise((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
    this.#ms += ms
  }
}

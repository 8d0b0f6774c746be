/** Time that passes at once: waits between tries cost the test nothing. */
export class HastyClock {
  #ms = Date.now()

  now = () => this.#ms

  monotonicMs = () => this.#ms

  async sleep(ms: number, signal?: AbortSignal, { ref = true }: { ref?: boolean } = {}) {
    // Time-outs of requests are longer than any pause; those are left to real life, as is what waits in the background.
    if (ms >= 10_000 || !ref)
      return new Promise<void>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
    await new Promise((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
    this.#ms += ms
  }
}

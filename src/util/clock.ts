import { setTimeout as delay } from 'node:timers/promises'

/** Where the library takes time from. Replace it to test without waiting. */
export interface Clock {
  /** Epoch ms. */
  now(): number
  /**
   * Resolves after `ms`; rejects with the signal's reason when it aborts first.
   *
   * @param options `ref: false`: this sleep alone does not keep the process running. Default true.
   */
  sleep(ms: number, signal?: AbortSignal, options?: { ref?: boolean }): Promise<void>
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal, { ref = true } = {}) {
    signal?.throwIfAborted()
    try {
      await delay(ms, undefined, signal ? { signal, ref } : { ref })
    } catch (error) {
      // Node wraps the reason in an AbortError of its own; callers compare with the reason they gave.
      signal?.throwIfAborted()
      throw error
    }
  },
}

import { setTimeout as delay } from 'node:timers/promises'

/** The library's source of time and randomness. Replace it to test without waiting. */
export interface Clock {
  /** Epoch ms. May jump when the system time is adjusted. */
  now(): number
  /**
   * Resolves after `ms`; rejects with the signal's reason when it aborts first.
   *
   * @param options `ref: false`: this sleep alone does not keep the process running. Default true.
   */
  sleep(ms: number, signal?: AbortSignal, options?: { ref?: boolean }): Promise<void>
  /** Ms since an arbitrary moment; never decreases. Default: `now()`. */
  monotonicMs?(): number
  /** A number of at least 0 and less than 1, for jitter. Default: `Math.random()`. */
  random?(): number
}

/** A random number of at least 0 and less than 1, from the clock. */
export function chance(clock: Pick<Clock, 'random'>): number {
  return clock.random?.() ?? Math.random()
}

/** The system clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  async sleep(ms, signal, { ref = true } = {}) {
    signal?.throwIfAborted()
    try {
      await delay(ms, undefined, signal ? { signal, ref } : { ref })
    } catch (error) {
      // Node wraps the reason in an AbortError; callers compare with the original reason.
      signal?.throwIfAborted()
      throw error
    }
  },
}

/**
 * Starts a timer.
 *
 * @returns a function that returns the elapsed ms. If the clock is not monotonic and is set back, at most the time
 * since the previous call is lost.
 */
export function startTimer(clock: Clock): () => number {
  const read = () => clock.monotonicMs?.() ?? clock.now()
  let last = read()
  let elapsedMs = 0
  return () => {
    const now = read()
    elapsedMs += Math.max(0, now - last)
    last = now
    return elapsedMs
  }
}

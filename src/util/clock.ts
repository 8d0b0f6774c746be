import { setTimeout as delay } from 'node:timers/promises'

/** Where the library takes time and chance from. Replace it to test without waiting. */
export interface Clock {
  /** Epoch ms. May jump: people and time servers set it. */
  now(): number
  /**
   * Resolves after `ms`; rejects with the signal's reason when it aborts first.
   *
   * @param options `ref: false`: this sleep alone does not keep the process running. Default true.
   */
  sleep(ms: number, signal?: AbortSignal, options?: { ref?: boolean }): Promise<void>
  /** Ms since an arbitrary moment; never goes back. Default: `now()`. */
  monotonicMs?(): number
  /** From 0 up to 1, for the jitter of pauses. Default: `Math.random()`. */
  random?(): number
}

/** A random number from 0 up to 1, from where the clock takes it. */
export function chance(clock: Pick<Clock, 'random'>): number {
  return clock.random?.() ?? Math.random()
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
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

/**
 * Starts to measure.
 *
 * @returns a function that answers how many ms have passed. Also with a clock that can only tell the time, being put back costs at most
 * the time since the function was called last.
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

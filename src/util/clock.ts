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
  /**
   * Calls back after `ms`, unless the returned function is called first. Default: by `sleep`, which costs several times
   * as much.
   */
  callAfter?(ms: number, callback: () => void): () => void
  /** Ms since an arbitrary moment; never decreases. Default: `now()`. */
  monotonicMs?(): number
  /** A number of at least 0 and less than 1, for jitter. Default: `Math.random()`. */
  random?(): number
}

/** A random number of at least 0 and less than 1, from the clock. */
export function chance(clock: Pick<Clock, 'random'>): number {
  return clock.random?.() ?? Math.random()
}

/** Created once: an error with a stack trace per timer would cost more than the timer. */
const CANCELED = new Error('The timer was canceled.')

/** Calls back after `ms`, unless the returned function is called first. */
export function callAfter(clock: Clock, ms: number, callback: () => void): () => void {
  if (clock.callAfter) return clock.callAfter(ms, callback)
  const timer = new AbortController()
  clock.sleep(ms, timer.signal).then(
    () => !timer.signal.aborted && callback(),
    () => {},
  )
  return () => timer.abort(CANCELED)
}

/** The longest delay of `setTimeout`, about 25 days. With a longer one, such as `Infinity`, it calls back at once. */
const MAX_DELAY_MS = 2 ** 31 - 1

/** The system clock. Waits at most 25 days at a time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  callAfter(ms, callback) {
    const timer = setTimeout(callback, Math.min(ms, MAX_DELAY_MS))
    return () => clearTimeout(timer)
  },
  monotonicMs: () => performance.now(),
  // Not the one of `node:timers/promises`: it creates an error with a stack trace for each cancelled sleep, and most are cancelled.
  sleep(ms, signal, { ref = true } = {}) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      const abort = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(
        () => {
          signal?.removeEventListener('abort', abort)
          resolve()
        },
        Math.min(ms, MAX_DELAY_MS),
      )
      if (!ref) timer.unref()
      signal?.addEventListener('abort', abort, { once: true })
    })
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

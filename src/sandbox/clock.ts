import { setTimeout as delay } from 'node:timers/promises'

/** The sandbox's source of time. Replace it to run tests without waiting. */
export interface Clock {
  /** Returns the Unix time in milliseconds. */
  now(): number
  /** Resolves after `ms`, or rejects with the abort reason if `signal` aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The system clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    await delay(ms, undefined, signal ? { signal } : {})
  },
}

import { type Clock, callAfter } from './clock.js'
import { raceSignal } from './race-signal.js'

/** The abort reason of a signal created by `withTimeout`. */
export class TimeoutReason extends Error {
  override name = 'TimeoutReason'
  readonly timeoutMs: number

  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs / 1000} s`)
    this.timeoutMs = timeoutMs
  }
}

/**
 * Runs `work` with a signal that aborts with the caller's signal, or after `timeoutMs` with a `TimeoutReason`.
 */
export async function withTimeout<T>(
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const either = new AbortController()
  // Removed below: a signal that outlives the call must not retain it.
  const abort = () => either.abort(signal?.reason)
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort, { once: true })
  const cancelTimeout = callAfter(clock, timeoutMs, () => either.abort(new TimeoutReason(timeoutMs)))
  try {
    return await raceSignal(work(either.signal), either.signal)
  } finally {
    signal?.removeEventListener('abort', abort)
    cancelTimeout()
  }
}

/** Waits at most `ms` for the work. Resolves to whether it settled in time. */
export async function settlesWithin(clock: Clock, ms: number, work: Promise<unknown>): Promise<boolean> {
  try {
    await withTimeout(clock, ms, undefined, () => work)
    return true
  } catch (error) {
    return !(error instanceof TimeoutReason)
  }
}

import type { Clock } from './clock.js'

/** The reason of a signal that `withTimeout` aborted. */
export class TimeoutReason extends Error {
  override name = 'TimeoutReason'
  readonly timeoutMs: number

  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs / 1000} s`)
    this.timeoutMs = timeoutMs
  }
}

/**
 * Runs `work` with a signal that aborts when the caller's does, or after `timeoutMs` with a `TimeoutReason`.
 */
export async function withTimeout<T>(
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const done = new AbortController()
  const expired = new AbortController()
  clock.sleep(timeoutMs, done.signal).then(
    () => expired.abort(new TimeoutReason(timeoutMs)),
    () => {},
  )
  try {
    return await work(signal ? AbortSignal.any([signal, expired.signal]) : expired.signal)
  } finally {
    done.abort()
  }
}

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
    const either = signal ? AbortSignal.any([signal, expired.signal]) : expired.signal
    return await Promise.race([work(either), rejection(either)])
  } finally {
    done.abort()
  }
}

/** Rejects when the signal aborts: work that does not listen to it is not waited for. */
function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

const RETRY_DELAYS_MS = [1000, 2000, 4000, 8000, 15_000]

/** Milliseconds before attempt `n` (counted from 1) to come back. */
export function retryDelayMs(attempt: number): number {
  return RETRY_DELAYS_MS[Math.min(attempt, RETRY_DELAYS_MS.length) - 1] as number
}

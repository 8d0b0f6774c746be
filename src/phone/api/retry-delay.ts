const FIRST_DELAYS_MS = [1000, 2000, 4000, 8000]
const LATER_DELAY_MS = 15_000

/** Milliseconds before attempt `n` (counted from 1) to come back. */
export function retryDelayMs(attempt: number): number {
  return FIRST_DELAYS_MS[attempt - 1] ?? LATER_DELAY_MS
}

const FIRST_DELAYS_MS = [1000, 2000, 4000, 8000]
const LATER_DELAY_MS = 15_000

/** Delay in milliseconds before reconnect attempt `attempt`, counted from 1. */
export function retryDelayMs(attempt: number): number {
  return FIRST_DELAYS_MS[attempt - 1] ?? LATER_DELAY_MS
}

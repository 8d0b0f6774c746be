import type { ManualClock } from './manual-clock.js'

/** Number of event loop turns within which a loopback request and its response complete. */
const TURNS = 30

/**
 * Advances the time in small steps until a condition is met. Requests that start in the meantime have time to complete.
 */
export async function advanceUntil(clock: ManualClock, isDone: () => boolean, stepMs = 500): Promise<void> {
  for (;;) {
    for (let turn = 0; turn < TURNS; turn++) {
      if (isDone()) return
      await new Promise((resolve) => setImmediate(resolve))
    }
    await clock.advance(stepMs)
  }
}

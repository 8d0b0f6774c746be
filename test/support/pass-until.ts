import type { ManualClock } from './manual-clock.js'

/** Turns of the event loop in which a request over loopback and its answer come through. */
const TURNS = 30

/** Moves time on in small steps until something is so. A request that begins meanwhile has the time it needs. */
export async function passUntil(clock: ManualClock, isSo: () => boolean, stepMs = 500): Promise<void> {
  for (;;) {
    for (let turn = 0; turn < TURNS; turn++) {
      if (isSo()) return
      await new Promise((resolve) => setImmediate(resolve))
    }
    await clock.advance(stepMs)
  }
}

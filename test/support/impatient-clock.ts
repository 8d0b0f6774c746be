import type { Clock } from 'itchat'
import { systemClock } from '../../src/util/clock.js'

/** What an instance that is closed allows a store that hangs. */
const PATIENCE_MS = 10_000

/** The machine's time, but a store that hangs costs the test nothing when the instance is closed. */
export const impatientClock: Clock = {
  now: systemClock.now,
  sleep: (ms, signal, options) => systemClock.sleep(ms === PATIENCE_MS ? 0 : ms, signal, options),
}

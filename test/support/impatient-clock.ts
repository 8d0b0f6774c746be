import type { Clock } from 'itchat'
import { systemClock } from '../../src/util/clock.js'

/** How long `close()` waits for a store that hangs. */
const STORE_TIMEOUT_MS = 10_000

/** The system clock, except that `close()` does not wait for a store that hangs. */
export const impatientClock: Clock = {
  now: systemClock.now,
  sleep: (ms, signal, options) => systemClock.sleep(ms === STORE_TIMEOUT_MS ? 0 : ms, signal, options),
}

import type { Clock } from 'itchat'
import { AutoAdvanceClock } from './hasty-clock.js'
import { ManualClock } from './manual-clock.js'

/** The clock of one test, and how the test detects that all activity has settled. */
export interface Settling {
  readonly clock: Clock
  /** Number of pending sleeps; 0 when it is unknown. */
  readonly waiting: number
  /** How many times an unmet expectation is checked again. */
  readonly retries: number
  advance(ms: number): Promise<void>
  /** Resolves when the fingerprint has not changed for a while. */
  settle(fingerprint: () => string): Promise<void>
}

/** Detects when activity within this process has settled, without waiting in real time. */
export function settlingByTurns(): Settling {
  const clock = new ManualClock(1_700_000_000_000)
  const isReading = () => process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'))
  return {
    clock,
    get waiting() {
      return clock.waiting
    },
    retries: 0,
    advance: (ms) => clock.advance(ms),
    settle: (fingerprint) =>
      untilStable(fingerprint, 3, () => new Promise((resolve) => setImmediate(resolve)), isReading),
  }
}

/**
 * Detects when activity over a connection has settled. Pauses end immediately; only the detection waits in real time.
 *
 * @param timeoutsFromMs pauses of at least this length are timeouts, which never elapse
 */
export function settlingByTime(timeoutsFromMs?: number): Settling {
  const clock = new AutoAdvanceClock(timeoutsFromMs)
  const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 3))
  const settle = (fingerprint: () => string) => untilStable(fingerprint, 8, turn, () => false)
  return { clock, waiting: 0, retries: 100, advance: () => turn(), settle }
}

async function untilStable(
  fingerprint: () => string,
  turns: number,
  turn: () => Promise<void>,
  isBusy: () => boolean,
): Promise<void> {
  let last = ''
  for (let unchanged = 0; unchanged < turns; ) {
    await turn()
    const now = fingerprint()
    unchanged = now === last && !isBusy() ? unchanged + 1 : 0
    last = now
  }
}

import type { Clock } from 'itchat'
import { HastyClock } from './hasty-clock.js'
import { ManualClock } from './manual-clock.js'

/** The time of one test, and how it finds out that nothing more happens by itself. */
export interface Settling {
  readonly clock: Clock
  /** Sleeps that wait for time to pass, where that is known. */
  readonly waiting: number
  /** How often what is expected is looked for again when it is not so. */
  readonly patience: number
  pass(ms: number): Promise<void>
  /** Resolves when what the function returns has not changed for a while. */
  settle(fingerprint: () => string): Promise<void>
}

/** For what happens in this process alone: real time plays no part. */
export function settlingByTurns(): Settling {
  const clock = new ManualClock(1_700_000_000_000)
  const isReading = () => process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'))
  return {
    clock,
    get waiting() {
      return clock.waiting
    },
    patience: 0,
    pass: (ms) => clock.advance(ms),
    settle: (fingerprint) =>
      untilSame(fingerprint, 3, () => new Promise((resolve) => setImmediate(resolve)), isReading),
  }
}

/** For what needs a connection. Pauses pass at once, and real time is waited for. */
export function settlingByTime(): Settling {
  const clock = new HastyClock()
  const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 3))
  const settle = (fingerprint: () => string) => untilSame(fingerprint, 8, turn, () => false)
  return { clock, waiting: 0, patience: 100, pass: () => turn(), settle }
}

async function untilSame(
  fingerprint: () => string,
  turns: number,
  turn: () => Promise<void>,
  isBusy: () => boolean,
): Promise<void> {
  let last = ''
  for (let same = 0; same < turns; ) {
    await turn()
    const now = fingerprint()
    same = now === last && !isBusy() ? same + 1 : 0
    last = now
  }
}

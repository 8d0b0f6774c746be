import { type Clock, chance } from './clock.js'

const FIRST_MS = 1_000
const MAX_MS = 60_000

/** How long to wait before try number `attempt` (from 1): 1 s doubling to 60 s, full jitter. */
export function backoffMs(attempt: number, clock: Pick<Clock, 'random'>): number {
  return Math.round(chance(clock) * Math.min(MAX_MS, FIRST_MS * 2 ** (attempt - 1)))
}

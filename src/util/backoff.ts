import { type Clock, chance } from './clock.js'

const FIRST_MS = 1_000
const MAX_MS = 60_000

/** Delay before an attempt: 1 s, doubling up to 60 s, with full jitter. Attempts are numbered from 1. */
export function backoffMs(attempt: number, clock: Pick<Clock, 'random'>): number {
  return Math.round(chance(clock) * Math.min(MAX_MS, FIRST_MS * 2 ** (attempt - 1)))
}

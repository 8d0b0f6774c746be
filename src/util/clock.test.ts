import { expect, test } from 'vitest'
import { type Clock, startTimer, systemClock } from './clock.js'

/** A clock that tells the time alone. */
function handClock() {
  let now = 10_000_000
  const clock: Clock = { now: () => now, sleep: async () => {} }
  return { clock, set: (ms: number) => (now += ms) }
}

test.each([
  ['goes on', [1_000, 1_000], 2_000],
  ['is put back by an hour', [1_000, -3_600_000, 1_000], 2_000],
  ['is put back twice', [-60_000, 500, -60_000, 500], 1_000],
])('a timer measures what passes on a clock that %s', (_, steps, expected) => {
  const { clock, set } = handClock()
  const elapsedMs = startTimer(clock)
  let measured = 0
  for (const step of steps) {
    set(step)
    measured = elapsedMs()
  }
  expect(measured).toBe(expected)
})

test('a timer follows the monotonic clock where there is one', () => {
  const { clock, set } = handClock()
  let monotonicMs = 5
  const elapsedMs = startTimer({ ...clock, monotonicMs: () => monotonicMs })
  set(86_400_000)
  monotonicMs += 7
  expect(elapsedMs()).toBe(7)
})

test('the system clock has one', () => {
  const first = systemClock.monotonicMs?.() ?? Number.NaN
  expect(systemClock.monotonicMs?.()).toBeGreaterThanOrEqual(first)
})

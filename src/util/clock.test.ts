import { expect, test, vi } from 'vitest'
import { type Clock, startTimer, systemClock } from './clock.js'

/** A clock without monotonic time. */
function handClock() {
  let now = 10_000_000
  const clock: Clock = { now: () => now, sleep: async () => {} }
  return { clock, set: (ms: number) => (now += ms) }
}

test.each([
  ['advances', [1_000, 1_000], 2_000],
  ['is set back by an hour', [1_000, -3_600_000, 1_000], 2_000],
  ['is set back twice', [-60_000, 500, -60_000, 500], 1_000],
])('a timer measures elapsed time on a clock that %s', (_, steps, expected) => {
  const { clock, set } = handClock()
  const elapsedMs = startTimer(clock)
  let measured = 0
  for (const step of steps) {
    set(step)
    measured = elapsedMs()
  }
  expect(measured).toBe(expected)
})

test('a timer uses the monotonic clock if there is one', () => {
  const { clock, set } = handClock()
  let monotonicMs = 5
  const elapsedMs = startTimer({ ...clock, monotonicMs: () => monotonicMs })
  set(86_400_000)
  monotonicMs += 7
  expect(elapsedMs()).toBe(7)
})

test('the system clock is monotonic', () => {
  const first = systemClock.monotonicMs?.() ?? Number.NaN
  expect(systemClock.monotonicMs?.()).toBeGreaterThanOrEqual(first)
})

test('a delay longer than the longest of setTimeout does not end at once', async () => {
  const setTimer = vi.spyOn(globalThis, 'setTimeout')
  const controller = new AbortController()
  const sleep = systemClock.sleep(Number.POSITIVE_INFINITY, controller.signal)
  systemClock.callAfter?.(30 * 86_400_000, () => {})()
  controller.abort(new Error('stopped'))
  await expect(sleep).rejects.toThrow('stopped')
  expect(setTimer.mock.calls.map(([, ms]) => ms)).toEqual([2 ** 31 - 1, 2 ** 31 - 1])
})

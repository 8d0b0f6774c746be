import { expect, test } from 'vitest'
import type { Clock } from '../../util/clock.js'
import { silentLogger } from '../../util/logger.js'
import { confirmLogin } from './login-flow.js'

test.each([
  ['back by an hour', -3_600_000],
  ['back by a day', -86_400_000],
  ['ahead by a day', 86_400_000],
])('a clock put %s during a login delays no poll by more than a second', async (_, jumpMs) => {
  let now = Date.now()
  const pauses: number[] = []
  const clock: Clock = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
        // Of the whole login.
        if (ms > 60_000) return
        pauses.push(ms)
        resolve()
      }),
  }
  const codes = ['408', '408', '408', '201', '201', '200']
  await confirmLogin(
    {
      phonePage: undefined,
      pushLogin: async () => undefined,
      getQRuuid: async () => 'uuid',
      showQr: async () => {},
      checkLogin: async () => {
        now += jumpMs
        return codes.shift() ?? '400'
      },
    },
    {},
    clock,
    silentLogger,
  )
  expect(codes).toEqual([])
  for (const ms of pauses) expect(ms).toBeLessThanOrEqual(1_000)
})

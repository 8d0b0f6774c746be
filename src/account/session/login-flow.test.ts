import { expect, test } from 'vitest'
import type { LoginStatus } from '../../transport/login.js'
import type { Clock } from '../../util/clock.js'
import { silentLogger } from '../../util/logger.js'
import { confirmLogin } from './login-flow.js'

test.each([
  ['moves back by an hour', -3_600_000],
  ['moves back by a day', -86_400_000],
  ['jumps ahead by a day', 86_400_000],
])('polls at most a second late when the clock %s during a login', async (_, jumpMs) => {
  let now = Date.now()
  const pauses: number[] = []
  const clock: Clock = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
        // Skip the timeout for the entire login.
        if (ms > 60_000) return
        pauses.push(ms)
        resolve()
      }),
  }
  const polls = ['waiting', 'waiting', 'waiting', 'scanned', 'scanned', 'confirmed'] as const
  const statuses: LoginStatus[] = [...polls]
  await confirmLogin(
    {
      phonePage: undefined,
      requestPush: async () => undefined,
      requestCode: async () => 'code',
      showQr: async () => {},
      poll: async () => {
        now += jumpMs
        return { status: statuses.shift() ?? 'expired', code: '' }
      },
      verifyCode: { ask() {}, isMissing: false, interruptible: (work, signal) => work(signal) },
    },
    {},
    clock,
    silentLogger,
  )
  expect(statuses).toEqual([])
  for (const ms of pauses) expect(ms).toBeLessThanOrEqual(1_000)
})

import { expect, test } from 'vitest'
import { botFor, recordingLogger, sandboxFor } from '../support/bot.js'
import { HastyClock } from '../support/hasty-clock.js'

test('writes one line when the connection is lost and one when it is back, however many tries it takes', async () => {
  const sandbox = await sandboxFor()
  const warnings: string[] = []
  const { lines, logger } = recordingLogger()
  const warn = (line: string) => void warnings.push(line)
  const bot = botFor(sandbox, { logger: { ...logger, debug() {}, warn }, clock: new HastyClock() })
  await bot.login()
  void bot.run()
  lines.length = 0
  const isBack = new Promise<void>((resolve) => {
    bot.on('online', () => resolve())
  })
  const failures = sandbox.faults.add({ kind: 'status', status: 502, count: 12 })
  sandbox.friend('林小满').say('hello')
  await isBack
  expect(failures.hits).toBe(12)
  expect(warnings).toEqual([expect.stringMatching(/^! Connection lost, retrying\. .*HTTP 502/)])
  expect(lines).toEqual([expect.stringMatching(/Connected again$/)])
})

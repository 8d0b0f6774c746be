import { expect, test } from 'vitest'
import { botFor, recordingLogger, sandboxFor } from '../support/bot.js'
import { AutoAdvanceClock } from '../support/hasty-clock.js'

test('one line is logged when the connection is lost and one when it is restored, no matter how many retries there are', async () => {
  const sandbox = await sandboxFor()
  const warnings: string[] = []
  const { lines, logger } = recordingLogger()
  const warn = (line: string) => void warnings.push(line)
  const bot = botFor(sandbox, { logger: { ...logger, debug() {}, warn }, clock: new AutoAdvanceClock() })
  await bot.login()
  void bot.run()
  lines.length = 0
  const isOnline = new Promise<void>((resolve) => {
    bot.on('online', () => resolve())
  })
  const failures = sandbox.faults.add({ kind: 'status', status: 502, count: 12 })
  sandbox.friend('林小满').say('hello')
  await isOnline
  expect(failures.hits).toBe(12)
  expect(warnings).toEqual([expect.stringMatching(/^! Connection lost, retrying\. .*HTTP 502/)])
  expect(lines).toEqual([expect.stringMatching(/Reconnected$/)])
})

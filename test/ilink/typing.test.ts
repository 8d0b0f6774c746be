import { TEXT } from 'itchat'
import { expect, onTestFinished, test } from 'vitest'
import { sandboxFor } from '../support/bot.js'
import { gate } from '../support/gate.js'
import { ilinkBot } from '../support/ilink-bot.js'
import { ManualClock } from '../support/manual-clock.js'
import { advanceUntil } from '../support/pass-until.js'

/** Starts a bot whose handler runs until it is released. */
async function start() {
  const sandbox = await sandboxFor({ ilink: true })
  const clock = new ManualClock()
  const released = gate()
  const { bot } = ilinkBot(sandbox, { clock }, { typing: true })
  onTestFinished(released.open)
  bot.msgRegister(TEXT, () => released.opened)
  await bot.autoLogin({ qrCallback() {} })
  void bot.run()
  await sandbox.clawbot.online()
  return { sandbox, clock, bot, released }
}

test('when the request to hide the indicator is lost, it is repeated', async () => {
  const { sandbox, clock, bot, released } = await start()
  sandbox.clawbot.say('hello')
  await advanceUntil(clock, () => sandbox.clawbot.typing)
  const fault = sandbox.faults.add({ kind: 'drop', path: 'sendtyping', count: 2 })
  released.open()
  await advanceUntil(clock, () => !sandbox.clawbot.typing)
  expect(fault.hits).toBe(2)
  await bot.close()
  expect(sandbox.warnings).toEqual([])
})

test.each(['sendtyping', 'getconfig'] as const)(
  'when %s fails, the indicator is shown later if the handler is still running',
  async (path) => {
    const { sandbox, clock } = await start()
    const fault = sandbox.faults.add({ kind: 'drop', path })
    sandbox.clawbot.say('hello')
    await advanceUntil(clock, () => sandbox.clawbot.typing)
    expect(fault.hits).toBe(1)
  },
)

import { TEXT } from 'itchat'
import { expect, test, vi } from 'vitest'
import { botFor, nextEvent, sandboxFor } from '../support/bot.js'
import { gate } from '../support/gate.js'

test('paced sends in a new session succeed while a handler from the previous session ends', async () => {
  // The pause before a relogin takes no time.
  vi.spyOn(Math, 'random').mockReturnValue(0)
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox, { pacing: { burst: 1, perSecond: 10 } })
  const [started, release, ended] = [gate(), gate(), gate()]
  bot.msgRegister(TEXT, async () => {
    started.open()
    await release.opened
    ended.open()
  })
  await bot.login({ relogin: 'push' })
  void bot.run()
  sandbox.friend('林小满').say('slow')
  await started.opened
  const relogin = nextEvent(bot, 'login')
  sandbox.expireSession(1101)
  await relogin
  const sends = ['a', 'b', 'c'].map((text) => bot.sendMsg(text, 'filehelper'))
  release.open()
  await ended.opened
  expect((await Promise.all(sends)).map(({ ok }) => ok)).toEqual([true, true, true])
})

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TEXT } from 'itchat'
import { expect, test } from 'vitest'
import { sandboxFor } from '../support/bot.js'
import { gate } from '../support/gate.js'
import { AutoAdvanceClock } from '../support/hasty-clock.js'
import { ilinkBot } from '../support/ilink-bot.js'
import { diskOf, folder, hotReload } from '../support/restarts.js'

test('a process that was killed before it saved the session can still answer the message in its journal', async () => {
  const sandbox = await sandboxFor({ ilink: true })
  const directory = folder()
  const path = join(directory, 'state.json')
  const first = ilinkBot(sandbox)
  const [began, release] = [gate(), gate()]
  first.bot.msgRegister(TEXT, async () => {
    began.open()
    await release.opened
  })
  await first.bot.autoLogin({ ...hotReload(directory), qrCallback() {} })
  void first.bot.run()
  await sandbox.clawbot.online()
  const beforeMessage = readFileSync(path)
  sandbox.clawbot.say('hello')
  await began.opened
  const killed = diskOf(directory)
  writeFileSync(join(killed, 'state.json'), beforeMessage)
  release.open()
  await first.bot.close()

  const second = ilinkBot(sandbox, { clock: new AutoAdvanceClock(3_000) })
  second.bot.msgRegister(TEXT, ({ text }) => `again: ${text}`)
  await second.bot.autoLogin(hotReload(killed))
  void second.bot.run()
  expect((await sandbox.clawbot.nextMessage()).text).toBe('again: hello')
  await second.bot.close()
  // The answer carries the token of the message.
  expect([...first.errors, ...second.errors, ...sandbox.warnings]).toEqual([])
})

import { expect, test } from 'vitest'
import { sandboxFor } from '../support/bot.js'
import { ilinkBot } from '../support/ilink-bot.js'

test('a bot logs in, receives and replies', async () => {
  const sandbox = await sandboxFor({ ilink: true })
  const { bot, errors } = ilinkBot(sandbox)
  bot.msgRegister('Text', (msg) => `I received: ${msg.text}`)
  await bot.login({ enableCmdQR: false, qrCallback() {} })
  void bot.run()
  await sandbox.clawbot.online()
  sandbox.clawbot.say('hello')
  expect(await sandbox.clawbot.nextMessage()).toMatchObject({ text: 'I received: hello' })
  await bot.close()
  expect(errors).toEqual([])
  expect(sandbox.warnings).toEqual([])
})

import { TEXT } from 'itchat'
import { expect, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'

test('after the scan and the confirmation, the bot replies to a friend without sandbox warnings', async () => {
  const sandbox = await sandboxFor({ autoLogin: false })
  const bot = botFor(sandbox)
  bot.msgRegister(TEXT, (msg) => `I received: ${msg.text}`)
  const states: string[] = []
  bot.on('qr', () => {
    states.push(bot.state)
    sandbox.phone.scan()
  })
  bot.on('scanned', () => {
    states.push(bot.state)
    sandbox.phone.confirm()
  })
  await bot.autoLogin()
  states.push(bot.state)
  const running = bot.run()

  const friend = sandbox.friend('林小满')
  friend.say('你好 <b>&amp; 😄\n第二行')
  expect((await friend.nextMessage()).text).toBe('I received: 你好 <b>&amp; 😄\n第二行')

  expect(states).toEqual(['waitingForScan', 'waitingForConfirm', 'online'])
  await bot.logout()
  await running
  expect(bot.state).toBe('loggedOut')
  expect(sandbox.warnings).toEqual([])
})

test('in a group, the bot replies only when it is mentioned', async () => {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  bot.msgRegister(TEXT, { isGroupChat: true }, (msg) => {
    if (msg.isAt) return `@${msg.actualNickName}\u2005${msg.text}`
  })
  await bot.login()
  void bot.run()
  const group = sandbox.group('周末爬山队 ⛰️')
  const member = group.member('林小满')
  member.say('谁都可以看')
  member.say('周六爬山天气怎么样？', { at: 'owner' })
  const answer = await group.nextMessage()
  expect(answer.text).toContain('周六爬山天气怎么样？')
  expect(answer.text).toMatch(/^@小满🌾\u2005/)
  expect(group.unread).toEqual([])
  expect(sandbox.warnings).toEqual([])
})

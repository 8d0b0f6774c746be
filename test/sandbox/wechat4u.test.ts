import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { startSandbox } from '../../src/sandbox/index.js'

const Wechat = createRequire(import.meta.url)('wechat4u')

test('wechat4u, a client others wrote, logs in, lists contacts, receives, answers and hears that it was logged out', async () => {
  await using sandbox = await startSandbox({ port: 0 })
  const bot = new Wechat()
  const direct = bot.request
  // It knows no other servers than the real ones, so every address is led to the sandbox.
  bot.request = (options: { url: string }) => {
    const { pathname, search } = new URL(options.url)
    return direct({ ...options, url: sandbox.url + pathname + search })
  }
  bot.on('error', () => {})
  bot.on('message', (message: any) => {
    if (message.MsgType === 1 && !message.isSendBySelf) {
      bot.sendMsg(`收到 ${message.Content}`, message.FromUserName).catch(() => {})
    }
  })
  const loggedIn = new Promise((resolve) => bot.on('login', resolve))
  const everybody = new Promise<void>((resolve) => {
    bot.on('contacts-updated', () => Object.keys(bot.contacts).length > 15 && resolve())
  })
  const loggedOut = new Promise((resolve) => bot.on('logout', resolve))
  bot.start()
  await sandbox.phone.waiting()
  sandbox.phone.scan()
  sandbox.phone.confirm()
  await loggedIn
  await Promise.all([sandbox.online(), everybody])

  const friend = sandbox.friend('林小满')
  friend.say('你好\n<在吗>')
  expect((await friend.nextMessage()).text).toBe('收到 你好\n<在吗>')
  const group = sandbox.group('周末爬山队')
  group.member('马骁').say('几点出发？')
  expect((await group.nextMessage()).text).toBe('收到 老马:\n几点出发？')
  const names = Object.values<any>(bot.contacts).map((contact) => contact.getDisplayName())
  expect(names).toEqual(expect.arrayContaining(['小满', '温暖🌻', '[群] 产品设计群', '沙丘日报']))

  sandbox.expireSession(1101)
  await loggedOut
  expect(sandbox.lastError).toBeUndefined()
  expect(sandbox.warnings.some((warning) => warning.endpoint === 'jslogin')).toBe(true)
}, 40_000)

import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { expect, onTestFinished, test } from 'vitest'
import { type Sandbox, type Sendable, startSandbox } from '../../src/sandbox/index.js'
import { readPhoto } from './support/photo.js'

const Wechat = createRequire(import.meta.url)('wechat4u')

/** Creates a third-party client. Its server addresses are hard-coded, so all requests are redirected to the sandbox. */
function create(sandbox: Sandbox, saved?: object): any {
  const bot = new Wechat(saved)
  const direct = bot.request
  bot.request = (options: { url: string }) => {
    const { pathname, search } = new URL(options.url)
    return direct({ ...options, url: sandbox.url + pathname + search })
  }
  bot.on('error', () => {})
  return bot
}

async function login(sandbox: Sandbox): Promise<any> {
  const bot = create(sandbox)
  const loggedIn = new Promise((resolve) => bot.on('login', resolve))
  const contactsLoaded = new Promise<void>((resolve) => {
    bot.on('contacts-updated', () => Object.keys(bot.contacts).length > 15 && resolve())
  })
  bot.start()
  await sandbox.phone.waiting()
  sandbox.phone.scan()
  sandbox.phone.confirm()
  await loggedIn
  await Promise.all([sandbox.online(), contactsLoaded])
  return bot
}

test('wechat4u, a third-party client, logs in, lists contacts, receives messages, replies and detects a logout', async () => {
  await using sandbox = await startSandbox({ port: 0, messageTimeoutMs: 15_000 })
  const bot = await login(sandbox)
  bot.on('message', (message: any) => {
    if (message.MsgType === 1 && !message.isSendBySelf) {
      bot.sendMsg(`收到 ${message.Content}`, message.FromUserName).catch(() => {})
    }
  })
  const loggedOut = new Promise((resolve) => bot.on('logout', resolve))

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
})

test('wechat4u continues after a refused sync and in a new process with its saved data', async () => {
  await using sandbox = await startSandbox({ port: 0, messageTimeoutMs: 15_000 })
  const first = await login(sandbox)
  const friend = sandbox.friend('林小满')
  const received: string[] = []
  const answer = (bot: any, name: string) =>
    bot.on('message', (message: any) => {
      if (message.MsgType !== 1 || message.isSendBySelf) return
      received.push(message.Content)
      bot.sendMsg(`${name}: ${message.Content}`, message.FromUserName).catch(() => {})
    })
  answer(first, 'first')

  const refused = sandbox.faults.add({ kind: 'ret', ret: 1205, path: 'webwxsync' })
  friend.say('一')
  expect((await friend.nextMessage()).text).toBe('first: 一')
  expect(refused.hits).toBe(1)

  // A killed process sends nothing: its poll stays open until it times out.
  const saved = JSON.parse(JSON.stringify(first.botData))
  first.request = () => new Promise(() => {})
  const second = create(sandbox, saved)
  answer(second, 'second')
  onTestFinished(() => second.stop())
  const loggedIn = new Promise((resolve) => second.on('login', resolve))
  const inits = () => sandbox.requests.filter(({ endpoint }) => endpoint === 'webwxinit').length
  const before = inits()
  second.restart()
  await loggedIn
  expect(inits()).toBe(before + 1)
  friend.say('二')
  expect((await friend.nextMessage()).text).toBe('second: 二')
  expect(received).toEqual(['一', '二'])
  expect(sandbox.phone.login.state).toBe('online')
  expect(sandbox.lastError).toBeUndefined()
  const polling = /is not the latest SyncCheckKey|webwxsync was not called|deviceid|EncryChatRoomId|referer/i
  expect(sandbox.warnings.filter(({ text }) => polling.test(text))).toEqual([])
})

test('wechat4u sends an image and a chunked file, downloads and forwards received media, and recalls a message', async () => {
  await using sandbox = await startSandbox({ port: 0, messageTimeoutMs: 15_000 })
  const bot = await login(sandbox)
  onTestFinished(() => bot.stop())
  const friend = sandbox.friend('林小满')
  const named = (name: string) => Object.values<any>(bot.contacts).find((contact) => contact.NickName === name).UserName
  const [peer, mother] = [named('林小满'), named('岁月静好')]
  const received = () => new Promise<any>((resolve) => bot.once('message', resolve))

  const photo = readPhoto()
  await bot.sendMsg({ file: photo, filename: '山 & 云.jpg' }, peer)
  const image = await friend.nextMessage()
  expect(image).toMatchObject({ kind: 'image', name: '山 & 云.jpg', content: { media: { width: 1080, height: 810 } } })
  expect((await image.bytes()).equals(photo)).toBe(true)

  const large = randomBytes(1024 * 1024 + 77)
  const { MsgID } = await bot.sendMsg({ file: large, filename: '备份 "旧" & 50%.bin' }, peer)
  const file = await friend.nextMessage()
  expect(file).toMatchObject({ id: MsgID, kind: 'file', name: '备份 "旧" & 50%.bin', sizeBytes: large.length })
  expect((await file.bytes()).equals(large)).toBe(true)

  const downloads: [Sendable, (message: any) => Promise<{ data: Buffer }>][] = [
    [{ kind: 'image', bytes: photo }, (message) => bot.getMsgImg(message.MsgId)],
    [{ kind: 'sticker' }, (message) => bot.getMsgImg(message.MsgId)],
    [{ kind: 'voice' }, (message) => bot.getVoice(message.MsgId)],
    [{ kind: 'video' }, (message) => bot.getVideo(message.MsgId)],
    [
      { kind: 'file', name: 'a & b.bin', bytes: large },
      (message) => bot.getDoc(message.FromUserName, message.MediaId, message.FileName),
    ],
  ]
  for (const [content, download] of downloads) {
    const next = received()
    const said = friend.send(content)
    const message = await next
    const { data } = await download(message)
    const { url } = 'media' in said.content ? said.content.media : { url: '' }
    const kept = Buffer.from(await (await fetch(sandbox.url + url)).arrayBuffer())
    expect(Buffer.from(data).equals(kept)).toBe(true)
    expect(kept.length).toBeGreaterThan(1000)
    // wechat4u does not forward voice messages.
    if (content.kind === 'voice') continue
    await bot.forwardMsg(message, mother)
    const forwarded = await sandbox.friend('老妈').nextMessage()
    expect([forwarded.kind, (await forwarded.bytes()).equals(kept)]).toEqual([content.kind, true])
  }

  await bot.revokeMsg(MsgID, peer)
  expect(friend.messages.find((message) => message.id === MsgID)).toMatchObject({ kind: 'file', recalled: true })
  expect(sandbox.lastError).toBeUndefined()
})

import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Itchat } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { expect, test } from 'vitest'
import type { IlinkOptions } from '../../src/transports/ilink/index.js'
import { botFor, events, nextEvent, sandboxFor } from '../support/bot.js'
import { ilinkBot } from '../support/ilink-bot.js'
import { ManualClock } from '../support/manual-clock.js'

const newFile = () => join(mkdtempSync(join(tmpdir(), 'itchat-')), 'state.json')

/** Starts a bot with hot reload and an echo, and waits until it receives. */
async function start(sandbox: Sandbox, statusStorageDir: string, options: IlinkOptions & { relogin?: 'qr' } = {}) {
  const { relogin, ...transport } = options
  const { bot, errors } = ilinkBot(sandbox, {}, transport)
  bot.msgRegister('Text', (msg) => `${msg.stale ? 'stale ' : ''}${msg.text}`)
  const qrs = events(bot, 'qr')
  await bot.autoLogin({ hotReload: true, statusStorageDir, qrCallback() {}, ...(relogin ? { relogin } : {}) })
  const running = bot.run()
  await sandbox.clawbot.online()
  return { bot, errors, qrs, running }
}

async function echo({ clawbot }: Sandbox, text: string) {
  clawbot.say(text)
  return (await clawbot.nextMessage()).text
}

test('after a restart, the bot continues without a QR code, and answers what was written in between', async () => {
  const sandbox = await sandboxFor({ ilink: true })
  const file = newFile()
  const first = await start(sandbox, file)
  await echo(sandbox, 'one')
  await first.bot.close()
  expect(sandbox.clawbot.notified).toEqual({ starts: 1, stops: 1 })
  sandbox.clawbot.say('in between')
  const second = await start(sandbox, file)
  expect(second.qrs).toEqual([])
  expect((await sandbox.clawbot.nextMessage()).text).toBe('in between')
  expect(await echo(sandbox, 'two')).toBe('two')
  await second.bot.close()
  expect(sandbox.warnings).toEqual([])
})

test('the saved login is readable only by its owner, and names its transport', async () => {
  const sandbox = await sandboxFor({ ilink: true })
  const file = newFile()
  const { bot } = await start(sandbox, file)
  await bot.close()
  expect(statSync(file).mode & 0o077).toBe(0)
  expect(JSON.parse(readFileSync(file, 'utf8')).content.transport).toBe('ilink')
})

test('after a restart, the reply token and the number of messages sent are still known', async () => {
  const sandbox = await sandboxFor({ ilink: true })
  const file = newFile()
  const first = await start(sandbox, file, { window: { sends: 3 } })
  await echo(sandbox, 'one')
  await first.bot.close()
  const second = await start(sandbox, file, { window: { sends: 3 } })
  await second.bot.send('push 1')
  await second.bot.send('push 2')
  await expect(second.bot.send('push 3')).rejects.toMatchObject({ reason: 'quota' })
  await second.bot.close()
  expect(sandbox.warnings).toEqual([])
})

test('a session that has ended in between leads to a QR code', async () => {
  const sandbox = await sandboxFor({ ilink: true })
  const file = newFile()
  const first = await start(sandbox, file)
  await first.bot.close()
  sandbox.clawbot.expireToken()
  const second = await start(sandbox, file)
  expect(second.qrs).toHaveLength(1)
  expect(await echo(sandbox, 'two')).toBe('two')
  await second.bot.close()
})

test('a token that is only stale is revived by another notice of the start', async () => {
  const sandbox = await sandboxFor({ ilink: true })
  const { bot, qrs } = await start(sandbox, newFile())
  const logouts = events(bot, 'logout')
  sandbox.clawbot.expireToken({ isRevivable: true })
  expect(await echo(sandbox, 'again')).toBe('again')
  expect(qrs).toHaveLength(1)
  expect(logouts).toEqual([])
})

test('a session that ends leads to a new login with relogin: qr, and handlers stay', async () => {
  const sandbox = await sandboxFor({ ilink: true })
  const { bot, qrs } = await start(sandbox, newFile(), { relogin: 'qr' })
  const loggedOut = nextEvent(bot, 'logout')
  const loggedIn = nextEvent(bot, 'login')
  sandbox.clawbot.expireToken()
  expect(await loggedOut).toEqual({ reason: 'expired' })
  await loggedIn
  await sandbox.clawbot.online()
  expect(qrs).toHaveLength(2)
  expect(await echo(sandbox, 'still here')).toBe('still here')
  await bot.close()
})

test('without relogin, run() resolves when the session ends', async () => {
  const sandbox = await sandboxFor({ ilink: true })
  const { bot, running } = await start(sandbox, newFile())
  sandbox.clawbot.expireToken()
  await running
  expect(bot.state).toBe('loggedOut')
  await expect(bot.send('hi')).rejects.toMatchObject({ name: 'StateError' })
})

test('a send that is refused with -14 does not end the session: the next poll decides', async () => {
  const clock = new ManualClock()
  const sandbox = await sandboxFor({ ilink: true, clock })
  const { bot } = await start(sandbox, newFile())
  await echo(sandbox, 'one')
  const loggedOut = nextEvent(bot, 'logout')
  sandbox.clawbot.bindElsewhere()
  await expect(bot.send('hi')).rejects.toMatchObject({ name: 'ServerError', ret: -14 })
  expect(bot.state).toBe('online')
  // The server holds the poll for up to 29 s after the new binding.
  await clock.advance(29_000)
  expect(await loggedOut).toEqual({ reason: 'expired' })
})

test('what was not handled in the former binding is delivered as stale after a new login', async () => {
  const sandbox = await sandboxFor({ ilink: true })
  const file = newFile()
  const first = ilinkBot(sandbox)
  await first.bot.autoLogin({ hotReload: true, statusStorageDir: file, qrCallback() {} })
  // Nothing is handled before `run()`.
  await sandbox.clawbot.online()
  sandbox.clawbot.say('early')
  await journaled(first.bot, file, 'early')
  await first.bot.close()
  sandbox.clawbot.expireToken()
  const second = ilinkBot(sandbox)
  const received = new Promise((resolve) => second.bot.msgRegister('Text', resolve))
  await second.bot.autoLogin({ hotReload: true, statusStorageDir: file, qrCallback() {} })
  void second.bot.run()
  const message = await received
  expect(message).toMatchObject({ Text: 'early', FromUserName: sandbox.clawbot.userId })
  expect(message).toHaveProperty('stale', true)
  expect(message).toHaveProperty('ToUserName', second.bot.searchFriends().UserName)
  await second.bot.close()
})

/** Resolves when the journal contains a message. */
async function journaled(bot: Itchat, file: string, text: string): Promise<void> {
  while (!readFileSync(`${file}.journal`, 'utf8').includes(text)) {
    expect(bot.state).toBe('online')
    await new Promise((resolve) => setImmediate(resolve))
  }
}

test('the login of another transport is set aside', async () => {
  const sandbox = await sandboxFor({ ilink: true })
  const file = newFile()
  const web = botFor(sandbox)
  await web.autoLogin({ hotReload: true, statusStorageDir: file, qrCallback() {} })
  await web.close()
  const { bot } = ilinkBot(sandbox)
  const aside = events(bot, 'setAside')
  await bot.autoLogin({ hotReload: true, statusStorageDir: file, qrCallback() {} })
  expect(aside).toMatchObject([
    { what: 'session', reason: expect.stringContaining('the transport web') },
    ...aside.slice(1),
  ])
  await bot.close()
})

test('a saved login with another API address is not used', async () => {
  const sandbox = await sandboxFor({ ilink: true })
  const file = newFile()
  const first = await start(sandbox, file)
  await first.bot.close()
  const saved = JSON.parse(readFileSync(file, 'utf8'))
  const { createHash } = await import('node:crypto')
  saved.content.session.apiBase = 'http://evil.example'
  saved.sha256 = createHash('sha256').update(JSON.stringify(saved.content)).digest('hex')
  writeFileSync(file, JSON.stringify(saved))
  const { bot } = ilinkBot(sandbox)
  const aside = events(bot, 'setAside')
  await bot.autoLogin({ hotReload: true, statusStorageDir: file, qrCallback() {} })
  expect(aside).toMatchObject([{ what: 'session', reason: expect.stringContaining('apiBase') }])
  await bot.close()
})

test('logout() forgets the token and announces the stop', async () => {
  const sandbox = await sandboxFor({ ilink: true })
  const { bot } = await start(sandbox, newFile())
  await bot.logout()
  expect(sandbox.clawbot.notified).toEqual({ starts: 1, stops: 1 })
  await expect(bot.send('hi')).rejects.toMatchObject({ name: 'StateError' })
})

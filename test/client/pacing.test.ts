import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ArgumentError, Itchat, type ItchatOptions, LoggedOutError, ServerError, StateError, TEXT } from 'itchat'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { botFor, nextEvent, quiet, recordingLogger, sandboxFor } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { AutoAdvanceClock } from '../support/hasty-clock.js'
import { ManualClock } from '../support/manual-clock.js'
import { tampered } from '../support/tampered.js'
import { wireTo } from '../support/wire.js'

/** Pauses have their mean length. */
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0.5))
afterEach(() => void vi.restoreAllMocks())

/** A bot with a burst of one: its second message has to wait. */
async function paced(options: ItchatOptions = {}) {
  const clock = new ManualClock()
  const sandbox = await sandboxFor()
  const wire = await wireTo(sandbox)
  const bot = botFor(wire, { clock, pacing: { burst: 1 }, ...options })
  await bot.login()
  return { clock, sandbox, wire, bot }
}

test('texts, parts of texts, files and forwards are paced', async () => {
  const { lines, logger } = recordingLogger()
  const { clock, sandbox, bot } = await paced({ maxTextLength: 5, logger })
  const file = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'a.txt')
  writeFileSync(file, 'content')
  const sentAt: number[] = []
  const start = clock.now()
  sandbox.on('request', ({ endpoint, status }) => {
    if (/^webwxsend/.test(endpoint) && status === undefined) sentAt.push(clock.now() - start)
  })
  const received = new Promise<void>((resolve, reject) => {
    bot.msgRegister(TEXT, (msg) => void msg.forward('filehelper').then(() => resolve(), reject))
  })
  void bot.run()
  const all = (async () => {
    await bot.send('12345678', 'filehelper')
    await bot.sendFile(file, 'filehelper')
    sandbox.friend('小满').say('on')
    await received
  })()
  const stop = new AbortController()
  void clock.hurry(2_000, stop.signal)
  await all
  stop.abort()
  expect(sentAt).toHaveLength(4)
  const pauses = sentAt.slice(1).map((ms, index) => ms - (sentAt[index] ?? 0))
  for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual(1_000)
  expect(lines.some((line) => line.includes('Sending the next in 1.0 s'))).toBe(true)
})

test('sends on loopback are not paced unless pacing is set', async () => {
  const sandbox = await sandboxFor({ floodLimit: false })
  const clock = new ManualClock()
  const bot = botFor(sandbox, { clock })
  await bot.login()
  for (let count = 0; count < 30; count++) await bot.send(String(count), 'filehelper')

  const slow = botFor(sandbox, { clock, pacing: true })
  await slow.login()
  for (let count = 0; count < 20; count++) await slow.send(String(count), 'filehelper')
  let isSent = false
  const next = slow.send('one more', 'filehelper').then(() => {
    isSent = true
  })
  await clock.waitForSleep(1_000)
  expect(isSent).toBe(false)
  await clock.advance(1_000)
  await next
})

test('close() completes the pending sends from handlers and rejects all other pending sends', async () => {
  const { clock, sandbox, bot } = await paced()
  const started = gate()
  bot.msgRegister(TEXT, async (msg) => {
    const answered = msg.reply('the answer')
    started.open()
    await answered
  })
  const running = bot.run()
  await bot.send('uses the only token', 'filehelper')
  sandbox.friend('小满').say('x')
  await started.opened
  const stray = failureOf(bot.send('stray', 'filehelper'))
  const closing = bot.close()
  await clock.waitForSleep(1_000)
  await clock.advance(1_000)
  expect((await sandbox.friend('小满').nextMessage()).text).toBe('the answer')
  await Promise.all([closing, running])
  expect(await stray).toBeInstanceOf(StateError)
})

test('the end of a session rejects pending sends with the reason', async () => {
  const { sandbox, bot } = await paced()
  void bot.run()
  await sandbox.held('synccheck')
  await bot.send('uses the only token', 'filehelper')
  const pending = failureOf(bot.send('waits', 'filehelper'))
  const loggedOut = nextEvent(bot, 'logout')
  sandbox.phone.logoutWeb()
  await loggedOut
  const error = await pending
  expect(error).toBeInstanceOf(LoggedOutError)
  expect(error).toMatchObject({ reason: 'phone' })
})

test('an aborted signal removes a send from the queue', async () => {
  const { wire, bot } = await paced()
  await bot.send('uses the only token', 'filehelper')
  const before = wire.count('webwxsendmsg')
  const abort = new AbortController()
  const pending = failureOf(bot.send('waits', 'filehelper', { signal: abort.signal }))
  abort.abort(new Error('canceled'))
  expect(await pending).toEqual(new Error('canceled'))
  expect(wire.count('webwxsendmsg')).toBe(before)
})

test('on loopback, sends that are refused as too frequent are retried and arrive once, in order', async () => {
  const clock = new AutoAdvanceClock()
  const sandbox = await sandboxFor({ clock, floodLimit: { sends: 5, windowMs: 3_000 } })
  const bot = botFor(sandbox, { clock })
  await bot.login()
  const friend = sandbox.friend('小满')
  const [contact] = bot.searchFriends({ name: '小满' })
  for (let count = 0; count < 12; count++) await bot.send(String(count), contact)
  const texts = []
  for (let count = 0; count < 12; count++) texts.push((await friend.nextMessage()).text)
  expect(texts).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11'])
  expect(friend.unread).toEqual([])
})

test('after five minutes of refusals, a send rejects with the number of attempts; other operations are not retried', async () => {
  // Pauses last at most six seconds and take no real time.
  vi.mocked(Math.random).mockReturnValue(0.1)
  const clock = new AutoAdvanceClock()
  const sandbox = await sandboxFor()
  let requests = 0
  const server = await tampered(sandbox, (endpoint) => {
    if (endpoint !== 'webwxsendmsg' && endpoint !== 'webwxcreatechatroom') return undefined
    requests++
    return { BaseResponse: { Ret: 1205, ErrMsg: '' } }
  })
  const bot = botFor(server, { clock })
  await bot.login()
  const friends = bot.memberList.slice(1, 3)
  expect(await failureOf(bot.createChatroom(friends, 'x'))).toMatchObject({ name: 'ServerError', ret: 1205 })
  expect(requests).toBe(1)
  const error = await failureOf(bot.send('x', 'filehelper'))
  expect(error).toBeInstanceOf(ServerError)
  expect(error).toMatchObject({ ret: 1205, message: expect.stringMatching(/after \d+ attempts within 3\d\d s/) })
})

test('invalid pacing throws ArgumentError', () => {
  expect(() => new Itchat({ logger: quiet, pacing: { burst: 0 } })).toThrow(ArgumentError)
})

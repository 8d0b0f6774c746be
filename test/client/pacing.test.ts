import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ArgumentError, Itchat, type ItchatOptions, LoggedOutError, ServerError, StateError, TEXT } from 'itchat'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { botFor, nextEvent, quiet, recordingLogger, sandboxFor } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { HastyClock } from '../support/hasty-clock.js'
import { ManualClock } from '../support/manual-clock.js'
import { tampered } from '../support/tampered.js'
import { wireTo } from '../support/wire.js'

/** Pauses are as long as in the mean. */
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0.5))
afterEach(() => void vi.restoreAllMocks())

/** A bot whose second message of a burst of one has to wait. */
async function paced(options: ItchatOptions = {}) {
  const clock = new ManualClock()
  const sandbox = await sandboxFor()
  const wire = await wireTo(sandbox)
  const bot = botFor(wire, { clock, pacing: { burst: 1 }, ...options })
  await bot.login()
  return { clock, sandbox, wire, bot }
}

test('everything that goes out as a message takes its turn: texts, parts of texts, files, forwards', async () => {
  const { lines, logger } = recordingLogger()
  const { clock, sandbox, bot } = await paced({ maxTextLength: 5, logger })
  const file = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'a.txt')
  writeFileSync(file, 'content')
  const at: number[] = []
  const start = clock.now()
  sandbox.on('request', ({ endpoint, status }) => {
    if (/^webwxsend/.test(endpoint) && status === undefined) at.push(clock.now() - start)
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
  expect(at).toHaveLength(4)
  const pauses = at.slice(1).map((ms, index) => ms - (at[index] ?? 0))
  for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual(1_000)
  expect(lines.some((line) => line.includes('to send; the next goes in 1.0 s'))).toBe(true)
})

test('on loopback sends are as fast as they come, unless told', async () => {
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

test('close() lets handlers send what waits, and fails what nobody answers for', async () => {
  const { clock, sandbox, bot } = await paced()
  const started = gate()
  bot.msgRegister(TEXT, async (msg) => {
    const answered = msg.reply('the answer')
    started.open()
    await answered
  })
  const running = bot.run()
  await bot.send('takes the only turn', 'filehelper')
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

test('a session that is over fails what waits, and says why', async () => {
  const { sandbox, bot } = await paced()
  void bot.run()
  await sandbox.held('synccheck')
  await bot.send('takes the only turn', 'filehelper')
  const waiting = failureOf(bot.send('waits', 'filehelper'))
  const over = nextEvent(bot, 'logout')
  sandbox.phone.logoutWeb()
  await over
  const error = await waiting
  expect(error).toBeInstanceOf(LoggedOutError)
  expect(error).toMatchObject({ reason: 'phone' })
})

test('a signal takes a send out of the queue; nothing is sent', async () => {
  const { wire, bot } = await paced()
  await bot.send('takes the only turn', 'filehelper')
  const before = wire.count('webwxsendmsg')
  const abort = new AbortController()
  const waiting = failureOf(bot.send('waits', 'filehelper', { signal: abort.signal }))
  abort.abort(new Error('not any more'))
  expect(await waiting).toEqual(new Error('not any more'))
  expect(wire.count('webwxsendmsg')).toBe(before)
})

test('a flood on loopback: what is refused as too frequent arrives all the same, once and in order', async () => {
  const clock = new HastyClock()
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

test('refused for five minutes: a ServerError that says what was tried; other operations are not repeated', async () => {
  // Pauses of six seconds at most, which take no time.
  vi.mocked(Math.random).mockReturnValue(0.1)
  const clock = new HastyClock()
  const sandbox = await sandboxFor()
  let asked = 0
  const server = await tampered(sandbox, (endpoint) => {
    if (endpoint !== 'webwxsendmsg' && endpoint !== 'webwxcreatechatroom') return undefined
    asked++
    return { BaseResponse: { Ret: 1205, ErrMsg: '' } }
  })
  const bot = botFor(server, { clock })
  await bot.login()
  const friends = bot.memberList.slice(1, 3)
  expect(await failureOf(bot.createChatroom(friends, 'x'))).toMatchObject({ name: 'ServerError', ret: 1205 })
  expect(asked).toBe(1)
  const error = await failureOf(bot.send('x', 'filehelper'))
  expect(error).toBeInstanceOf(ServerError)
  expect(error).toMatchObject({ ret: 1205, message: expect.stringMatching(/tried \d+ times within 3\d\d s/) })
})

test('pacing that cannot be meant is refused at once', () => {
  expect(() => new Itchat({ logger: quiet, pacing: { burst: 0 } })).toThrow(ArgumentError)
})

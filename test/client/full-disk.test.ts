import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileError, type SessionStore, type StoredDocument, TEXT } from 'itchat'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { replaceFile, writeFileAtomic } from '../../src/util/atomic-file.js'
import { systemClock } from '../../src/util/clock.js'
import { botFor, events, nextEvent, sandboxFor } from '../support/bot.js'
import { failingDisk } from '../support/failing-disk.js'
import { gate } from '../support/gate.js'
import { sayAndDeliver } from '../support/restarts.js'
import { wireTo } from '../support/wire.js'

vi.mock('../../src/util/atomic-file.js', { spy: true })
vi.mock('node:fs', { spy: true })
vi.mock('node:fs/promises', { spy: true })

/** Pauses before the first attempt take no time. */
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0))
afterEach(() => {
  vi.restoreAllMocks()
  vi.resetAllMocks()
})

const CODES = ['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EACCES'] as const

const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))
const diskError = (code: string) => Object.assign(new Error(`${code}: the disk`), { code })

/** Makes every file replacement fail until the returned function is called. */
async function fullDisk(code: string): Promise<() => void> {
  const disk = await failingDisk(/\.journal$/)
  disk.fail({ step: 'rename', code })
  for (const write of [replaceFile, writeFileAtomic]) vi.mocked(write).mockRejectedValue(diskError(code))
  return () => {
    disk.fix()
    for (const write of [replaceFile, writeFileAtomic]) vi.mocked(write).mockReset()
  }
}

describe.each(['ENOSPC', 'EROFS'] as const)('a disk that fails with %s during a relogin', (code) => {
  test('does not stop the bot; pending and new messages are handled once writes succeed again', async () => {
    const sandbox = await sandboxFor()
    const statusStorageDir = join(folder(), 'state.json')
    const bot = botFor(sandbox)
    const [errors, logouts, quarantined] = [events(bot, 'error'), events(bot, 'logout'), events(bot, 'setAside')]
    await bot.autoLogin({ hotReload: true, statusStorageDir, relogin: 'push' })
    const friend = sandbox.friend('小满')
    await sayAndDeliver(sandbox, () => friend.say('1'))
    await sayAndDeliver(sandbox, () => friend.say('2'))

    const freeSpace = await fullDisk(code)
    const [loggedIn, offline] = [nextEvent(bot, 'login'), nextEvent(bot, 'offline')]
    sandbox.expireSession(1101)
    await loggedIn
    expect(logouts).toEqual([{ reason: 'elsewhere' }])
    friend.say('3')
    expect((await offline).error).toBeInstanceOf(FileError)
    expect(errors.length).toBeGreaterThan(0)
    expect(errors.map(({ error }) => error instanceof FileError && String(error)).every((text) => text)).toBe(true)

    const seen: [text: string, stale: boolean, name: string][] = []
    const all = gate()
    bot.msgRegister(TEXT, (msg) => {
      seen.push([msg.text, msg.stale, msg.user.NickName])
      if (seen.length === 3) all.open()
    })
    void bot.run()
    freeSpace()
    await all.opened
    expect(seen).toEqual([
      ['1', true, '林小满'],
      ['2', true, '林小满'],
      ['3', false, '林小满'],
    ])
    await bot.close()
    // The session of the relogin is saved, and no message is delivered twice.
    const next = botFor(sandbox)
    const logins = events(next, 'login')
    next.msgRegister(TEXT, (msg) => `again ${msg.text}`)
    await next.autoLogin({ hotReload: true, statusStorageDir })
    void next.run()
    friend.say('4')
    expect((await friend.nextMessage()).text).toBe('again 4')
    expect([logins[0]?.restored, friend.unread, quarantined]).toEqual([true, [], []])
  })

  test('and until close() causes no loss of pending messages: the next run handles them', async () => {
    const sandbox = await sandboxFor()
    const statusStorageDir = join(folder(), 'state.json')
    const bot = botFor(sandbox)
    events(bot, 'error')
    await bot.autoLogin({ hotReload: true, statusStorageDir, relogin: 'push' })
    const friend = sandbox.friend('小满')
    await sayAndDeliver(sandbox, () => friend.say('1'))
    const freeSpace = await fullDisk(code)
    const loggedIn = nextEvent(bot, 'online')
    sandbox.expireSession(1101)
    await loggedIn
    await bot.close()
    freeSpace()

    const next = botFor(sandbox)
    next.msgRegister(TEXT, (msg) => `got ${msg.text} ${msg.stale}`)
    await next.autoLogin({ hotReload: true, statusStorageDir })
    void next.run()
    expect((await friend.nextMessage()).text).toBe('got 1 true')
  })
})

test('replies to messages that were pending before two relogins on a full disk reach their sender', async () => {
  const sandbox = await sandboxFor()
  let sleptMs = 0
  const clock = { now: () => Date.now() + sleptMs, sleep: systemClock.sleep }
  const bot = botFor(sandbox, { clock })
  events(bot, 'error')
  await bot.autoLogin({ hotReload: true, statusStorageDir: join(folder(), 'state.json'), relogin: 'push' })
  const friend = sandbox.friend('小满')
  await sayAndDeliver(sandbox, () => friend.say('1'))
  const freeSpace = await fullDisk('ENOSPC')
  for (let count = 0; count < 2; count++) {
    // A session that has lasted long enough is replaced at once.
    sleptMs += 601_000
    const [loggedIn, offline] = [nextEvent(bot, 'login'), nextEvent(bot, 'offline')]
    sandbox.expireSession(1101)
    await loggedIn
    await offline
  }
  freeSpace()
  bot.msgRegister(TEXT, (msg) => `got ${msg.text}`)
  void bot.run()
  expect((await friend.nextMessage()).text).toBe('got 1')
})

test('a relogin reports a QR image that cannot be written, and still shows the QR code', async () => {
  const sandbox = await sandboxFor()
  const wire = await wireTo(sandbox, ({ endpoint }) =>
    endpoint === 'webwxpushloginurl' ? '{"ret":"1","msg":"no","uuid":""}' : undefined,
  )
  const dir = folder()
  const bot = botFor(wire)
  const errors = events(bot, 'error')
  await bot.login({ relogin: 'qr', picDir: join(dir, 'QR.png'), enableCmdQR: false })
  void bot.run()
  await sandbox.held('synccheck')
  rmSync(dir, { recursive: true })
  const [qr, loggedIn] = [nextEvent(bot, 'qr'), nextEvent(bot, 'online')]
  sandbox.expireSession(1101)
  await qr
  await loggedIn
  expect(errors).toMatchObject([{ error: { name: 'FileError', path: join(dir, 'QR.png') } }])
})

describe.each(CODES)('a store whose save fails with %s', (code) => {
  test('is reported once per document; the bot continues and saves later', async () => {
    const sandbox = await sandboxFor()
    const stored = new Map<StoredDocument, string>()
    let isFull = true
    const sessionStore: SessionStore = {
      place: 'a full store',
      load: async (document) => stored.get(document),
      save: async (document, content) => {
        if (isFull) throw diskError(code)
        stored.set(document, content)
      },
      setAside: async () => 'nowhere',
    }
    const bot = botFor(sandbox)
    const errors = events(bot, 'error')
    bot.msgRegister(TEXT, (msg) => `got ${msg.text}`)
    await bot.autoLogin({ hotReload: true, sessionStore })
    void bot.run()
    const friend = sandbox.friend('小满')
    for (const text of ['1', '2']) {
      await sayAndDeliver(sandbox, () => friend.say(text))
      expect((await friend.nextMessage()).text).toBe(`got ${text}`)
    }
    expect(errors.map(({ error }) => String(error)).sort()).toEqual([
      expect.stringContaining(`FileError: The identities in a full store could not be written (${code}). `),
      expect.stringContaining(`FileError: The session in a full store could not be written (${code}). `),
    ])
    isFull = false
    await bot.close()
    expect([...stored.keys()].sort()).toEqual(['identities', 'session'])
  })
})

test('a full disk at startup makes autoLogin() reject with a FileError, and the state is unchanged', async () => {
  const sandbox = await sandboxFor()
  const dir = folder()
  const statusStorageDir = join(dir, 'state.json')
  const first = botFor(sandbox)
  await first.autoLogin({ hotReload: true, statusStorageDir })
  await sayAndDeliver(sandbox, () => sandbox.friend('小满').say('1'))
  await first.close()
  const before = readdirSync(dir).map((name) => readFileSync(join(dir, name), 'utf8'))
  mkdirSync(`${statusStorageDir}.journal.new`)
  const second = botFor(sandbox)
  await expect(second.autoLogin({ hotReload: true, statusStorageDir })).rejects.toBeInstanceOf(FileError)
  rmSync(`${statusStorageDir}.journal.new`, { recursive: true })
  expect(readdirSync(dir).map((name) => readFileSync(join(dir, name), 'utf8'))).toEqual(before)
})

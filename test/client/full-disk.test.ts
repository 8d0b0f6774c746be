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
import { saidAndTaken } from '../support/restarts.js'
import { wireTo } from '../support/wire.js'

vi.mock('../../src/util/atomic-file.js', { spy: true })
vi.mock('node:fs/promises', { spy: true })

/** Pauses before the first try take no time. */
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0))
afterEach(() => {
  vi.restoreAllMocks()
  vi.resetAllMocks()
})

const CODES = ['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EACCES'] as const

const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))
const failureOfDisk = (code: string) => Object.assign(new Error(`${code}: the disk`), { code })

/** No file is replaced until the returned function is called. */
async function fullDisk(code: string): Promise<() => void> {
  const disk = await failingDisk(/\.journal$/)
  disk.fail({ step: 'rename', code })
  for (const write of [replaceFile, writeFileAtomic]) vi.mocked(write).mockRejectedValue(failureOfDisk(code))
  return () => {
    disk.fix()
    for (const write of [replaceFile, writeFileAtomic]) vi.mocked(write).mockReset()
  }
}

describe.each(['ENOSPC', 'EROFS'] as const)('a disk that answers %s during a relogin', (code) => {
  test('does not end the bot; what waited, and what came meanwhile, is handled once there is room', async () => {
    const sandbox = await sandboxFor()
    const statusStorageDir = join(folder(), 'state.json')
    const bot = botFor(sandbox)
    const [errors, logouts, asides] = [events(bot, 'error'), events(bot, 'logout'), events(bot, 'setAside')]
    await bot.autoLogin({ hotReload: true, statusStorageDir, relogin: 'push' })
    const friend = sandbox.friend('小满')
    await saidAndTaken(sandbox, () => friend.say('1'))
    await saidAndTaken(sandbox, () => friend.say('2'))

    const makeRoom = await fullDisk(code)
    const [back, refused] = [nextEvent(bot, 'login'), nextEvent(bot, 'offline')]
    sandbox.expireSession(1101)
    await back
    expect(logouts).toEqual([{ reason: 'elsewhere' }])
    friend.say('3')
    expect((await refused).error).toBeInstanceOf(FileError)
    expect(errors.length).toBeGreaterThan(0)
    expect(errors.map(({ error }) => error instanceof FileError && String(error)).every((text) => text)).toBe(true)

    const seen: [text: string, stale: boolean, name: string][] = []
    const all = gate()
    bot.msgRegister(TEXT, (msg) => {
      seen.push([msg.text, msg.stale, msg.user.NickName])
      if (seen.length === 3) all.open()
    })
    void bot.run()
    makeRoom()
    await all.opened
    expect(seen).toEqual([
      ['1', true, '林小满'],
      ['2', true, '林小满'],
      ['3', false, '林小满'],
    ])
    await bot.close()
    // The session of the relogin is saved, and nothing comes twice.
    const next = botFor(sandbox)
    const logins = events(next, 'login')
    next.msgRegister(TEXT, (msg) => `again ${msg.text}`)
    await next.autoLogin({ hotReload: true, statusStorageDir })
    void next.run()
    friend.say('4')
    expect((await friend.nextMessage()).text).toBe('again 4')
    expect([logins[0]?.restored, friend.unread, asides]).toEqual([true, [], []])
  })

  test('and is full to the end: the next run finds what waited', async () => {
    const sandbox = await sandboxFor()
    const statusStorageDir = join(folder(), 'state.json')
    const bot = botFor(sandbox)
    events(bot, 'error')
    await bot.autoLogin({ hotReload: true, statusStorageDir, relogin: 'push' })
    const friend = sandbox.friend('小满')
    await saidAndTaken(sandbox, () => friend.say('1'))
    const makeRoom = await fullDisk(code)
    const back = nextEvent(bot, 'online')
    sandbox.expireSession(1101)
    await back
    await bot.close()
    makeRoom()

    const next = botFor(sandbox)
    next.msgRegister(TEXT, (msg) => `got ${msg.text} ${msg.stale}`)
    await next.autoLogin({ hotReload: true, statusStorageDir })
    void next.run()
    expect((await friend.nextMessage()).text).toBe('got 1 true')
  })
})

test('two relogins while the disk is full: what waited before both reaches its people', async () => {
  const sandbox = await sandboxFor()
  let sleptMs = 0
  const clock = { now: () => Date.now() + sleptMs, sleep: systemClock.sleep }
  const bot = botFor(sandbox, { clock })
  events(bot, 'error')
  await bot.autoLogin({ hotReload: true, statusStorageDir: join(folder(), 'state.json'), relogin: 'push' })
  const friend = sandbox.friend('小满')
  await saidAndTaken(sandbox, () => friend.say('1'))
  const makeRoom = await fullDisk('ENOSPC')
  for (let count = 0; count < 2; count++) {
    // A session that lived long is offered again at once.
    sleptMs += 601_000
    const [back, refused] = [nextEvent(bot, 'login'), nextEvent(bot, 'offline')]
    sandbox.expireSession(1101)
    await back
    await refused
  }
  makeRoom()
  bot.msgRegister(TEXT, (msg) => `got ${msg.text}`)
  void bot.run()
  expect((await friend.nextMessage()).text).toBe('got 1')
})

test('a QR picture that cannot be written during a relogin is reported, and the QR is shown all the same', async () => {
  const sandbox = await sandboxFor()
  const wire = await wireTo(sandbox, ({ endpoint }) =>
    endpoint === 'webwxpushloginurl' ? '{"ret":"1","msg":"no","uuid":""}' : undefined,
  )
  const place = folder()
  const bot = botFor(wire)
  const errors = events(bot, 'error')
  await bot.login({ relogin: 'qr', picDir: join(place, 'QR.png'), enableCmdQR: false })
  void bot.run()
  await sandbox.held('synccheck')
  rmSync(place, { recursive: true })
  const [qr, back] = [nextEvent(bot, 'qr'), nextEvent(bot, 'online')]
  sandbox.expireSession(1101)
  await qr
  await back
  expect(errors).toMatchObject([{ error: { name: 'FileError', path: join(place, 'QR.png') } }])
})

describe.each(CODES)('a store whose save fails with %s', (code) => {
  test('is reported once for each document; the bot goes on and saves later', async () => {
    const sandbox = await sandboxFor()
    const kept = new Map<StoredDocument, string>()
    let isFull = true
    const sessionStore: SessionStore = {
      place: 'a full store',
      load: async (document) => kept.get(document),
      save: async (document, content) => {
        if (isFull) throw failureOfDisk(code)
        kept.set(document, content)
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
      await saidAndTaken(sandbox, () => friend.say(text))
      expect((await friend.nextMessage()).text).toBe(`got ${text}`)
    }
    expect(errors.map(({ error }) => String(error)).sort()).toEqual([
      expect.stringContaining(`FileError: The identities in a full store could not be written (${code}). `),
      expect.stringContaining(`FileError: The session in a full store could not be written (${code}). `),
    ])
    isFull = false
    await bot.close()
    expect([...kept.keys()].sort()).toEqual(['identities', 'session'])
  })
})

test('at the start it is a typed error, and the state stays as it was', async () => {
  const sandbox = await sandboxFor()
  const place = folder()
  const statusStorageDir = join(place, 'state.json')
  const first = botFor(sandbox)
  await first.autoLogin({ hotReload: true, statusStorageDir })
  await saidAndTaken(sandbox, () => sandbox.friend('小满').say('1'))
  await first.close()
  const before = readdirSync(place).map((name) => readFileSync(join(place, name), 'utf8'))
  mkdirSync(`${statusStorageDir}.journal.new`)
  const second = botFor(sandbox)
  await expect(second.autoLogin({ hotReload: true, statusStorageDir })).rejects.toBeInstanceOf(FileError)
  rmSync(`${statusStorageDir}.journal.new`, { recursive: true })
  expect(readdirSync(place).map((name) => readFileSync(join(place, name), 'utf8'))).toEqual(before)
})

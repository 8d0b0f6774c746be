import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ArgumentError, FileError, type Itchat, StateError, TEXT } from 'itchat'
import { describe, expect, test, vi } from 'vitest'
import { botFor, events, nextEvent, sandboxFor } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { untilGone, wireTo } from '../support/wire.js'

const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))
const stateFile = () => join(folder(), 'state.json')

/** A path to which no file can be written once the login has begun, because it is a folder then. */
function unwritable(bot: Itchat): string {
  const path = stateFile()
  bot.on('qr', () => mkdirSync(path))
  return path
}

describe('a state file that cannot be written', () => {
  test('does not make autoLogin() or close() reject, and is reported once', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    const errors = events(bot, 'error')
    await bot.autoLogin({ hotReload: true, statusStorageDir: unwritable(bot) })
    expect(bot.state).toBe('online')
    expect(errors.map(({ error }) => error)).toEqual([expect.any(FileError)])
    const running = bot.run()
    await bot.close()
    await running
    expect(errors).toHaveLength(1)
    expect(bot.state).toBe('closed')
  })

  test('does not make run() with a signal reject', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    const errors = events(bot, 'error')
    await bot.autoLogin({ hotReload: true, statusStorageDir: unwritable(bot) })
    const abort = new AbortController()
    const running = bot.run({ signal: abort.signal })
    abort.abort()
    await running
    await bot.close()
    expect(errors).toHaveLength(1)
  })

  test('makes dumpLoginStatus() reject', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    await bot.login()
    expect(await failureOf(bot.dumpLoginStatus(join(folder(), 'missing', 'state.json')))).toBeInstanceOf(FileError)
  })
})

test('close() saves the cursor, so no message is repeated or lost', async () => {
  const sandbox = await sandboxFor()
  const statusStorageDir = stateFile()
  const friend = sandbox.friend('小满')
  const first = botFor(sandbox)
  first.msgRegister(TEXT, (msg) => `first ${msg.text}`)
  await first.autoLogin({ hotReload: true, statusStorageDir })
  void first.run()
  friend.say('1')
  expect((await friend.nextMessage()).text).toBe('first 1')
  await first.close()
  friend.say('2')

  const second = botFor(sandbox)
  second.msgRegister(TEXT, (msg) => `second ${msg.text}`)
  await second.autoLogin({ hotReload: true, statusStorageDir })
  void second.run()
  expect((await friend.nextMessage()).text).toBe('second 2')
  expect(friend.unread).toEqual([])
})

test('no file is written without hot reload', async () => {
  const sandbox = await sandboxFor()
  const statusStorageDir = stateFile()
  const bot = botFor(sandbox)
  await bot.autoLogin({ statusStorageDir })
  await bot.close()
  expect(existsSync(statusStorageDir)).toBe(false)
})

test('a message whose sender was still being looked up at close() is redelivered', async () => {
  const sandbox = await sandboxFor()
  const wire = await wireTo(sandbox)
  const statusStorageDir = stateFile()
  const first = botFor(wire)
  await first.autoLogin({ hotReload: true, statusStorageDir })
  void first.run()
  await sandbox.held('synccheck')
  wire.intercept = (request) => (request.endpoint === 'webwxbatchgetcontact' ? untilGone(request) : undefined)
  const before = wire.count('webwxbatchgetcontact')
  sandbox.raw({ FromUserName: `@${'5'.repeat(32)}`, MsgType: 1, Content: 'who am I?' })
  await wire.seen('webwxbatchgetcontact', before + 1)
  await first.close()

  wire.intercept = undefined
  const second = botFor(wire)
  const got = gate()
  const seen: string[] = []
  second.msgRegister(TEXT, (msg) => {
    seen.push(msg.text)
    got.open()
  })
  await second.autoLogin({ hotReload: true, statusStorageDir })
  void second.run()
  await got.opened
  expect(seen).toEqual(['who am I?'])
})

describe('restoring a saved login', () => {
  /** A login saved by the previous run. */
  async function savedLogin() {
    const sandbox = await sandboxFor()
    const wire = await wireTo(sandbox)
    const statusStorageDir = stateFile()
    const first = botFor(wire)
    await first.autoLogin({ hotReload: true, statusStorageDir })
    await first.close()
    return { sandbox, wire, statusStorageDir }
  }

  test('is aborted by close() during the first sync, and the file stays valid', async () => {
    const { wire, statusStorageDir } = await savedLogin()
    const saved = readFileSync(statusStorageDir, 'utf8')
    wire.intercept = (request) => (request.endpoint === 'webwxsync' ? untilGone(request) : undefined)
    const before = wire.count('webwxsync')
    const second = botFor(wire)
    const logins = events(second, 'login')
    const login = failureOf(second.autoLogin({ hotReload: true, statusStorageDir }))
    await wire.seen('webwxsync', before + 1)
    await second.close()
    expect(await login).toBeInstanceOf(StateError)
    expect(second.state).toBe('closed')
    expect(logins).toEqual([])
    expect(readFileSync(statusStorageDir, 'utf8')).toBe(saved)

    wire.intercept = undefined
    const third = botFor(wire)
    const restored = nextEvent(third, 'login')
    await third.autoLogin({ hotReload: true, statusStorageDir })
    expect((await restored).restored).toBe(true)
  })

  test('closes the instance when loginCallback calls close()', async () => {
    const { wire, statusStorageDir } = await savedLogin()
    const second = botFor(wire)
    await failureOf(second.autoLogin({ hotReload: true, statusStorageDir, loginCallback: () => second.close() }))
    expect(second.state).toBe('closed')
    expect(existsSync(statusStorageDir)).toBe(true)
  })

  test('fails when loginCallback throws; the file remains and is unlocked', async () => {
    const { wire, statusStorageDir } = await savedLogin()
    const second = botFor(wire)
    const logins = events(second, 'login')
    const failure = new ArgumentError('from the program', { argument: 'x' })
    const loginCallback = () => {
      throw failure
    }
    expect(await failureOf(second.autoLogin({ hotReload: true, statusStorageDir, loginCallback }))).toBe(failure)
    expect([second.state, logins]).toEqual(['offline', []])
    const third = botFor(wire)
    await third.autoLogin({ hotReload: true, statusStorageDir })
    expect(third.state).toBe('online')
    expect(wire.count('jslogin')).toBe(1)
  })

  test('fails when the journal cannot be written, and does not replace the active session with a QR login', async () => {
    const { wire, statusStorageDir } = await savedLogin()
    mkdirSync(`${statusStorageDir}.journal.new`)
    const second = botFor(wire)
    const failure = await failureOf(second.autoLogin({ hotReload: true, statusStorageDir }))
    expect(failure).toBeInstanceOf(FileError)
    expect(String(failure)).toContain('.journal')
    expect(wire.count('jslogin')).toBe(1)
    rmSync(`${statusStorageDir}.journal.new`, { recursive: true })
    const restored = nextEvent(second, 'login')
    await second.autoLogin({ hotReload: true, statusStorageDir })
    expect((await restored).restored).toBe(true)
  })

  test('fails when the server refuses the contacts, but keeps the active session', async () => {
    const { sandbox, wire, statusStorageDir } = await savedLogin()
    sandbox.faults.add({ kind: 'ret', ret: -1, path: 'webwxgetcontact' })
    const second = botFor(wire)
    expect(await failureOf(second.autoLogin({ hotReload: true, statusStorageDir }))).toMatchObject({
      name: 'ServerError',
      endpoint: 'webwxgetcontact',
    })
    const login = nextEvent(second, 'login')
    await second.autoLogin({ hotReload: true, statusStorageDir })
    expect((await login).restored).toBe(true)
  })

  test('fails when the connection drops, but keeps the file; the next attempt restores the session', async () => {
    const { sandbox, wire, statusStorageDir } = await savedLogin()
    sandbox.friend('小满').say('while you were away')
    wire.intercept = ({ endpoint }) => (endpoint === 'webwxgetcontact' ? 'cut' : undefined)
    const second = botFor(wire)
    second.msgRegister(TEXT, (msg) => `got ${msg.text}`)
    expect(await failureOf(second.autoLogin({ hotReload: true, statusStorageDir }))).toMatchObject({
      name: 'NetworkError',
      endpoint: 'webwxgetcontact',
    })
    expect(second.state).toBe('offline')
    wire.intercept = undefined
    const restored = nextEvent(second, 'login')
    await second.autoLogin({ hotReload: true, statusStorageDir })
    void second.run()
    expect((await restored).restored).toBe(true)
    expect((await sandbox.friend('小满').nextMessage()).text).toBe('got while you were away')
  })

  test('in the same instance handles its pending messages once', async () => {
    const { sandbox, wire, statusStorageDir } = await savedLogin()
    const bot = botFor(wire)
    const friend = sandbox.friend('小满')
    const ended = gate()
    const before = wire.count('synccheck')
    await bot.loadLoginStatus(statusStorageDir, { exitCallback: ended.open })
    await wire.seen('synccheck', before + 1)
    friend.say('1')
    friend.say('2')
    // For the client, the session has ended, but the server still keeps it.
    wire.intercept = ({ endpoint }) => {
      if (endpoint === 'webwxsync') return '{"BaseResponse":{"Ret":1101}}'
      return endpoint === 'synccheck' ? 'window.synccheck={retcode:"1101",selector:"0"}' : undefined
    }
    await ended.opened
    wire.intercept = undefined
    expect(await bot.loadLoginStatus(statusStorageDir)).toBe(true)
    bot.msgRegister(TEXT, (msg) => `got ${msg.text}`)
    void bot.run()
    friend.say('3')
    const answers = [await friend.nextMessage(), await friend.nextMessage(), await friend.nextMessage()]
    expect(answers.map(({ text }) => text)).toEqual(['got 1', 'got 2', 'got 3'])
    expect(friend.unread).toEqual([])
  })
})

describe('a first login whose address book', () => {
  test.each<[string, () => string | 'cut', object]>([
    ['is refused', () => '{"BaseResponse":{"Ret":1205,"ErrMsg":""}}', { name: 'ServerError', ret: 1205 }],
    ['cannot be fetched', () => 'cut', { name: 'NetworkError' }],
  ])('%s fails, and the next attempt restores the session', async (_, answer, failure) => {
    const sandbox = await sandboxFor()
    const wire = await wireTo(sandbox, ({ endpoint }) => (endpoint === 'webwxgetcontact' ? answer() : undefined))
    const options = { hotReload: true, statusStorageDir: stateFile() }
    const first = botFor(wire)
    expect(await failureOf(first.autoLogin(options))).toMatchObject({ ...failure, endpoint: 'webwxgetcontact' })
    await first.close()

    wire.intercept = undefined
    const second = botFor(wire)
    const login = nextEvent(second, 'login')
    second.msgRegister(TEXT, (msg) => `got ${msg.text}`)
    await second.autoLogin(options)
    void second.run()
    expect((await login).restored).toBe(true)
    expect(wire.count('jslogin')).toBe(1)
    sandbox.friend('小满').say('1')
    expect((await sandbox.friend('小满').nextMessage()).text).toBe('got 1')
    expect(sandbox.warnings).toEqual([])
  })
})

test.each([true, false])('a signal that aborts after the login has no effect, hotReload: %s', async (hotReload) => {
  const wire = await wireTo(await sandboxFor())
  const statusStorageDir = stateFile()
  const abort = new AbortController()
  const bot = botFor(wire)
  bot.on('login', () => abort.abort(new Error('too late')))
  await bot.autoLogin({ hotReload, statusStorageDir, signal: abort.signal })
  expect(bot.state).toBe('online')
  await bot.close()
  const second = botFor(wire)
  const login = nextEvent(second, 'login')
  await second.autoLogin({ hotReload, statusStorageDir })
  expect((await login).restored).toBe(hotReload)
})

test('loadLoginStatus() does not change a file with other content', async () => {
  const sandbox = await sandboxFor()
  const statusStorageDir = stateFile()
  const bot = botFor(sandbox)
  writeFileSync(statusStorageDir, 'not a login')
  expect(await bot.loadLoginStatus(statusStorageDir)).toBe(false)
  expect(readFileSync(statusStorageDir, 'utf8')).toBe('not a login')
  rmSync(statusStorageDir)
  expect(await bot.loadLoginStatus(statusStorageDir)).toBe(false)
})

describe('without the option hotReload', () => {
  test.each([
    ['1', {}, true],
    ['1', { hotReload: false }, false],
    ['0', {}, false],
    ['', {}, false],
  ])('ITCHAT_HOT_RELOAD=%j and %j: the login is saved: %j', async (value, options, isSaved) => {
    vi.stubEnv('ITCHAT_HOT_RELOAD', value)
    const sandbox = await sandboxFor()
    const statusStorageDir = stateFile()
    await botFor(sandbox).autoLogin({ ...options, statusStorageDir })
    expect(existsSync(statusStorageDir)).toBe(isSaved)
  })
})

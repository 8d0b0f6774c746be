import { execFileSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { originOf } from '../../src/account/persistence/state-files.js'
import { botFor, events, recordingLogger, sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'

const temporaryFolder = () => mkdtempSync(join(tmpdir(), 'foreign-'))

/** An expired saved login, encrypted if there is a key. */
async function savedLogin(path: string, key?: string): Promise<string> {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  const before = process.env.ITCHAT_STATE_KEY
  if (key) process.env.ITCHAT_STATE_KEY = key
  try {
    await bot.autoLogin({ hotReload: true, statusStorageDir: path })
    await bot.close()
  } finally {
    if (before === undefined) delete process.env.ITCHAT_STATE_KEY
    else process.env.ITCHAT_STATE_KEY = before
  }
  return readFileSync(path, 'utf8')
}

const DAMAGED: Readonly<Record<string, (login: string) => string>> = {
  empty: () => '',
  'of zeros': () => '\0'.repeat(4096),
  'truncated in its first key': (login) => login.slice(0, 5),
  truncated: (login) => login.slice(0, login.length / 2),
  'half zeros': (login) => '\0'.repeat(4096) + login.slice(200),
  'of another version': () => '{"document":"session","version":3}',
}

/** The first bytes of `itchat.pkl`, as written by `pickle.dump` of Python 2 and of Python 3. */
const PICKLES = ["(dp0\nS'loginInfo'\np1\n", '\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00}\x94']

const FOREIGN: Readonly<Record<string, [content: string, found: string]>> = {
  text: ['remember the milk\n', 'file'],
  'JSON of another program': ['{"name":"bot","version":"1.0.0","content":{}}', 'file'],
  'a JSON list': ['[1]', 'file'],
  binary: ['\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'file'],
  'the known contacts': [`{"version":2,"document":"identities","sha256":"${'0'.repeat(64)}","content":{}}`, 'file'],
  'a pickle of Python 2': [PICKLES[0] ?? '', 'python'],
  'a pickle of Python 3': [PICKLES[1] ?? '', 'python'],
}

describe('a saved login that is', () => {
  test.each(Object.entries(DAMAGED))('%s is quarantined, and the bot logs in again', async (_, damage) => {
    const dir = temporaryFolder()
    const login = await savedLogin(join(dir, 'first.json'))
    // Without the other files of the account, which would prove its origin.
    const path = join(dir, 'bot.json')
    writeFileSync(path, damage(login))
    const bot = botFor(await sandboxFor())
    const quarantined = events(bot, 'setAside')
    await bot.autoLogin({ hotReload: true, statusStorageDir: path })
    await bot.close()
    expect(readFileSync(quarantined[0]?.keptAs ?? '', 'utf8')).toBe(damage(login))
  })

  test('encrypted and truncated is recognized', async () => {
    const login = await savedLogin(join(temporaryFolder(), 'bot.json'), Buffer.alloc(32, 1).toString('base64'))
    expect(login).toContain('"sealed"')
    expect(originOf(Buffer.from(login.slice(0, 200)))).toBe('login')
  })

  test.each([
    ['has the default name', 'itchat.json', []],
    ['lies beside the known contacts of an account', 'bot.json', ['bot.json.identities']],
  ])('unrecognizable, but %s, is quarantined', async (_, name, beside) => {
    const dir = temporaryFolder()
    for (const other of beside) writeFileSync(join(dir, other), '')
    writeFileSync(join(dir, name), 'ÿgarbage')
    const bot = botFor(await sandboxFor())
    const quarantined = events(bot, 'setAside')
    await bot.autoLogin({ hotReload: true, statusStorageDir: join(dir, name) })
    await bot.close()
    expect(quarantined.map(({ what }) => what)).toContain('session')
  })
})

/** Expects `loadLoginStatus` to resolve to false after one warning about the file. */
async function expectNotLoaded(path: string): Promise<void> {
  const { lines, logger } = recordingLogger()
  const bot = botFor({ url: 'http://127.0.0.1:9' }, { logger })
  expect(await bot.loadLoginStatus(path)).toBe(false)
  expect(lines).toEqual([expect.stringContaining(path)])
  await bot.close()
}

describe('a file that is not a saved login', () => {
  test.each(Object.entries(FOREIGN))('is left unchanged: %s', async (_, [content, found]) => {
    const dir = temporaryFolder()
    const path = join(dir, 'notes.txt')
    writeFileSync(path, content, 'latin1')
    const bot = botFor(await sandboxFor())
    for (const resumeOnly of [false, true]) {
      const failure = await failureOf(bot.autoLogin({ hotReload: true, statusStorageDir: path, resumeOnly }))
      expect(failure).toMatchObject({ name: 'ArgumentError', argument: 'statusStorageDir', path, found })
      expect(String(failure)).toMatch(/notes\.txt is .*\. It was left unchanged\. Choose another file/)
    }
    await expectNotLoaded(path)
    await bot.login()
    const dumped = await failureOf(bot.dumpLoginStatus(path))
    expect(dumped).toMatchObject({ name: 'ArgumentError', argument: 'fileDir', found })
    await bot.close()
    expect(readFileSync(path, 'latin1')).toBe(content)
    expect(readdirSync(dir)).toEqual([basename(path)])
  })

  test.skipIf(process.platform === 'win32')('is left unchanged when a link points to it', async () => {
    const dir = temporaryFolder()
    writeFileSync(join(dir, 'notes.txt'), 'notes')
    symlinkSync(join(dir, 'notes.txt'), join(dir, 'bot.json'))
    const bot = botFor(await sandboxFor())
    const login = bot.autoLogin({ hotReload: true, statusStorageDir: join(dir, 'bot.json') })
    expect(await failureOf(login)).toMatchObject({ found: 'file' })
    expect([readFileSync(join(dir, 'notes.txt'), 'utf8'), lstatSync(join(dir, 'bot.json')).isSymbolicLink()]).toEqual([
      'notes',
      true,
    ])
  })

  test('is refused: a folder', async () => {
    const dir = temporaryFolder()
    mkdirSync(join(dir, 'bot'))
    const bot = botFor(await sandboxFor())
    const login = bot.autoLogin({ hotReload: true, statusStorageDir: join(dir, 'bot') })
    expect(await failureOf(login)).toMatchObject({ found: 'folder' })
    await expectNotLoaded(join(dir, 'bot'))
    expect(readdirSync(dir)).toEqual(['bot'])
  })

  test.skipIf(process.platform === 'win32')('is refused without reading it: a pipe, a socket', async () => {
    const dir = temporaryFolder()
    execFileSync('mkfifo', [join(dir, 'pipe')])
    const server = createServer().listen(join(dir, 'socket'))
    onTestFinished(() => void server.close())
    const bot = botFor(await sandboxFor())
    for (const name of ['pipe', 'socket']) {
      const login = bot.autoLogin({ hotReload: true, statusStorageDir: join(dir, name) })
      expect(await failureOf(login)).toMatchObject({ found: 'device' })
      await expectNotLoaded(join(dir, name))
      expect(existsSync(join(dir, name))).toBe(true)
    }
  })

  test.skipIf(process.platform === 'win32')('is left unchanged if it cannot be read', async () => {
    const path = join(temporaryFolder(), 'bot.json')
    symlinkSync(path, path)
    const bot = botFor(await sandboxFor())
    const login = bot.autoLogin({ hotReload: true, statusStorageDir: path })
    expect(await failureOf(login)).toMatchObject({ name: 'FileError', message: expect.stringContaining('ELOOP') })
    await expectNotLoaded(path)
    expect(lstatSync(path).isSymbolicLink()).toBe(true)
  })
})

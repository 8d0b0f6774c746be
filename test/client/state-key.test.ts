import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileSessionStore, TEXT } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Documents } from '../../src/account/persistence/documents.js'
import { JournalFile } from '../../src/account/persistence/journal-file.js'
import { readKey, type Seal, sealWith } from '../../src/util/seal.js'
import { botFor, events, sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'
import { sayAndDeliver } from '../support/restarts.js'

const KEY = Buffer.alloc(32, 7).toString('base64')
const OTHER = Buffer.alloc(32, 8).toString('hex')
const FILES = ['state.json', 'state.json.identities', 'state.json.identities.changes', 'state.json.journal']

const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))
const hotReload = (dir: string) => ({ hotReload: true, statusStorageDir: join(dir, 'state.json') })

afterEach(() => vi.unstubAllEnvs())

/** A run with `key` that ends with an unhandled message. Resolves to the folder. */
async function runWithPending(sandbox: Sandbox, key: string | undefined, text: string, dir = folder()) {
  vi.stubEnv('ITCHAT_STATE_KEY', key)
  const bot = botFor(sandbox)
  await bot.autoLogin(hotReload(dir))
  await sayAndDeliver(sandbox, () => sandbox.friend('小满').say(text))
  await bot.close()
  return dir
}

/** Starts the next run with `key`. Resolves to its first `count` replies, its events and whether it was restored. */
async function nextRun(sandbox: Sandbox, key: string | undefined, dir: string, count: number) {
  vi.stubEnv('ITCHAT_STATE_KEY', key)
  const bot = botFor(sandbox)
  const [logins, quarantined, errors] = [events(bot, 'login'), events(bot, 'setAside'), events(bot, 'error')]
  bot.msgRegister(TEXT, (msg) => `got ${msg.text}`)
  await bot.autoLogin(hotReload(dir))
  void bot.run()
  const texts: string[] = []
  while (texts.length < count) texts.push((await sandbox.friend('小满').nextMessage()).text)
  return { bot, texts, restored: logins[0]?.restored, quarantined, errors }
}

const content = (dir: string) => FILES.map((name) => readFileSync(join(dir, name), 'utf8'))
const isPlaintext = (text: string) => /小满|"skey"|"sent"|"owner"/.test(text)

/** The parts of a plaintext state that had already been encrypted when the process was killed. */
const ENCRYPTED = [
  ['nothing', []],
  ['the session', ['session']],
  ['the identities', ['identities']],
  ['the journal', ['lines all']],
  ['the session and the journal', ['session', 'lines all']],
  ['the session and the identities', ['session', 'identities']],
  ['the end of the journal', ['lines late']],
  ['the beginning of the journal', ['lines early']],
] as const

describe('a key that is set later', () => {
  test.each(ENCRYPTED)(
    'encrypts all files and quarantines none when %s had already been encrypted',
    async (_, changed) => {
      const sandbox = await sandboxFor()
      const dir = await runWithPending(sandbox, undefined, '1')
      await runWithPending(sandbox, undefined, '2', dir)
      await encrypt(dir, changed)
      const { bot, texts, restored, quarantined, errors } = await nextRun(sandbox, KEY, dir, 2)
      await bot.close()
      expect([texts, restored, quarantined, errors]).toEqual([['got 1', 'got 2'], true, [], []])
      expect(content(dir).some(isPlaintext)).toBe(false)
      expect(readdirSync(dir).sort()).toEqual(FILES)
    },
  )

  test('encrypts the saved login as soon as it is read, even when the login fails', async () => {
    const sandbox = await sandboxFor()
    const dir = await runWithPending(sandbox, undefined, '1')
    vi.stubEnv('ITCHAT_STATE_KEY', KEY)
    const failing = botFor(sandbox)
    const loginCallback = () => {
      throw new Error('from the program')
    }
    await failureOf(failing.autoLogin({ ...hotReload(dir), loginCallback }))
    expect(isPlaintext(readFileSync(join(dir, 'state.json'), 'utf8'))).toBe(false)
  })
})

describe.each([
  ['removed', undefined, 'found no key'],
  ['replaced', OTHER, 'found another key'],
])('a key that is %s', (_, key, found) => {
  test.each([
    ['all files', FILES],
    ['only the session', ['state.json']],
    ['only the journal', ['state.json.journal']],
    ['the journal and the identities', ['state.json.identities', 'state.json.journal']],
  ])('causes an error with advice, and no file changes (encrypted: %s)', async (_, names) => {
    const sandbox = await sandboxFor()
    const written = await runWithPending(sandbox, KEY, '1')
    const dir = folder()
    for (const name of names) cpSync(join(written, name), join(dir, name))
    const before = names.map((name) => readFileSync(join(dir, name), 'utf8'))
    vi.stubEnv('ITCHAT_STATE_KEY', key)
    const bot = botFor(sandbox)
    const quarantined = events(bot, 'setAside')
    const requests = sandbox.requests.length
    const failure = await failureOf(bot.autoLogin(hotReload(dir)))
    expect(failure).toMatchObject({ name: 'ArgumentError', argument: 'ITCHAT_STATE_KEY' })
    expect(String(failure)).toContain(found)
    expect(String(failure)).toContain('Set the original key')
    expect(String(failure)).not.toContain(OTHER)
    expect([quarantined, sandbox.requests.length - requests]).toEqual([[], 0])
    expect(names.map((name) => readFileSync(join(dir, name), 'utf8'))).toEqual(before)
    await bot.close()
    // With the original key, the session continues.
    for (const name of FILES) cpSync(join(written, name), join(dir, name))
    expect(await nextRun(sandbox, KEY, dir, 1)).toMatchObject({ texts: ['got 1'], restored: true, quarantined: [] })
  })

  test('also makes loadLoginStatus() reject', async () => {
    const sandbox = await sandboxFor()
    const dir = await runWithPending(sandbox, KEY, '1')
    vi.stubEnv('ITCHAT_STATE_KEY', key)
    const failure = await failureOf(botFor(sandbox).loadLoginStatus(join(dir, 'state.json')))
    expect(failure).toMatchObject({ argument: 'ITCHAT_STATE_KEY' })
  })

  test('is reported but does not make the login fail when only the identities are encrypted, and they stay unchanged', async () => {
    const sandbox = await sandboxFor()
    const dir = await runWithPending(sandbox, KEY, '1')
    for (const name of ['state.json', 'state.json.journal']) rmSync(join(dir, name))
    const before = readFileSync(join(dir, 'state.json.identities'), 'utf8')
    vi.stubEnv('ITCHAT_STATE_KEY', key)
    const bot = botFor(sandbox)
    const errors = events(bot, 'error')
    await bot.autoLogin(hotReload(dir))
    await bot.close()
    expect(errors).toMatchObject([{ error: { name: 'ArgumentError', argument: 'ITCHAT_STATE_KEY' } }])
    expect(readFileSync(join(dir, 'state.json.identities'), 'utf8')).toBe(before)
  })
})

test('a damaged encrypted login is quarantined and not mistaken for a wrong key', async () => {
  const sandbox = await sandboxFor()
  const dir = await runWithPending(sandbox, KEY, '1')
  const path = join(dir, 'state.json')
  const saved = readFileSync(path, 'utf8')
  const at = saved.indexOf('"sealed":"') + 40
  writeFileSync(path, saved.slice(0, at) + (saved[at] === 'A' ? 'B' : 'A') + saved.slice(at + 1))
  const { quarantined, texts } = await nextRun(sandbox, KEY, dir, 1)
  expect(texts).toEqual(['got 1'])
  expect(quarantined).toMatchObject([{ what: 'session' }])
})

/** Encrypts the `changed` parts, as a run with a new key would if it were interrupted. */
async function encrypt(dir: string, changed: readonly string[]): Promise<void> {
  const key = readKey(KEY)
  if (!key) throw new Error('no key')
  const path = join(dir, 'state.json')
  const store = new FileSessionStore(path)
  const documentsWith = (isSealed: boolean) =>
    new Documents({ store, sealFor: (name) => (isSealed ? sealWith(key, name) : undefined), onQuarantined() {} })
  for (const document of ['session', 'identities'] as const) {
    if (!changed.includes(document)) continue
    await documentsWith(true).save(document, (await documentsWith(false).load(document)) ?? {})
  }
  const lines = changed.find((name) => name.startsWith('lines '))
  if (!lines) return
  const records: object[] = []
  const clear = await journalFile(`${path}.journal`)
  for await (const { record } of clear.read()) records.push(record)
  await clear.close()
  rmSync(`${path}.journal`)
  for (const [index, record] of records.entries()) {
    const isLate = index >= records.length / 2
    const isSealed = lines === 'lines all' || isLate === (lines === 'lines late')
    const file = await journalFile(`${path}.journal`, isSealed ? sealWith(key, 'journal') : undefined)
    await file.append([record])
    await file.close()
  }
}

async function journalFile(path: string, seal?: Seal): Promise<JournalFile> {
  const file = new JournalFile(path, seal)
  await file.open()
  return file
}

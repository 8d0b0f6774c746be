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
import { saidAndTaken } from '../support/restarts.js'

const KEY = Buffer.alloc(32, 7).toString('base64')
const OTHER = Buffer.alloc(32, 8).toString('hex')
const FILES = ['state.json', 'state.json.identities', 'state.json.identities.changes', 'state.json.journal']

const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))
const hotReload = (place: string) => ({ hotReload: true, statusStorageDir: join(place, 'state.json') })

afterEach(() => vi.unstubAllEnvs())

/** A run with a key that ends with a message nobody handled; resolves to the folder. */
async function runThatLeavesOne(sandbox: Sandbox, key: string | undefined, text: string, place = folder()) {
  vi.stubEnv('ITCHAT_STATE_KEY', key)
  const bot = botFor(sandbox)
  await bot.autoLogin(hotReload(place))
  await saidAndTaken(sandbox, () => sandbox.friend('小满').say(text))
  await bot.close()
  return place
}

/** The next run with a key: what it answers to, and what it set aside. */
async function answers(sandbox: Sandbox, key: string | undefined, place: string, count: number) {
  vi.stubEnv('ITCHAT_STATE_KEY', key)
  const bot = botFor(sandbox)
  const [logins, asides, errors] = [events(bot, 'login'), events(bot, 'setAside'), events(bot, 'error')]
  bot.msgRegister(TEXT, (msg) => `got ${msg.text}`)
  await bot.autoLogin(hotReload(place))
  void bot.run()
  const texts: string[] = []
  while (texts.length < count) texts.push((await sandbox.friend('小满').nextMessage()).text)
  return { bot, texts, restored: logins[0]?.restored, asides, errors }
}

const content = (place: string) => FILES.map((name) => readFileSync(join(place, name), 'utf8'))
const isClear = (text: string) => /小满|skey|"sent"|"owner"/.test(text)

/** What of a state written in the clear was encrypted already when the process died. */
const CHANGED = [
  ['nothing', []],
  ['the session', ['session']],
  ['who is who', ['identities']],
  ['the journal', ['lines all']],
  ['session and journal', ['session', 'lines all']],
  ['session and who is who', ['session', 'identities']],
  ['the end of the journal', ['lines late']],
  ['the beginning of the journal', ['lines early']],
] as const

describe('a key that is set later', () => {
  test.each(CHANGED)(
    'goes on where %s was encrypted already: nothing is set aside, and all is encrypted',
    async (_, changed) => {
      const sandbox = await sandboxFor()
      const place = await runThatLeavesOne(sandbox, undefined, '1')
      await runThatLeavesOne(sandbox, undefined, '2', place)
      await encrypt(place, changed)
      const { bot, texts, restored, asides, errors } = await answers(sandbox, KEY, place, 2)
      await bot.close()
      expect([texts, restored, asides, errors]).toEqual([['got 1', 'got 2'], true, [], []])
      expect(content(place).some(isClear)).toBe(false)
      expect(readdirSync(place).sort()).toEqual(FILES)
    },
  )

  test('the saved login is encrypted as soon as it is read, also when the login fails', async () => {
    const sandbox = await sandboxFor()
    const place = await runThatLeavesOne(sandbox, undefined, '1')
    vi.stubEnv('ITCHAT_STATE_KEY', KEY)
    const failing = botFor(sandbox)
    const loginCallback = () => {
      throw new Error('of the program')
    }
    await failureOf(failing.autoLogin({ ...hotReload(place), loginCallback }))
    expect(isClear(readFileSync(join(place, 'state.json'), 'utf8'))).toBe(false)
  })
})

describe.each([
  ['removed', undefined, 'found no key'],
  ['another one', OTHER, 'found another key'],
])('a key that is %s', (_, key, strings) => {
  test.each([
    ['all', FILES],
    ['the session alone', ['state.json']],
    ['the journal alone', ['state.json.journal']],
    ['the journal and who is who', ['state.json.identities', 'state.json.journal']],
  ])('is an error that says what to do, and loses nothing of %s', async (_, names) => {
    const sandbox = await sandboxFor()
    const written = await runThatLeavesOne(sandbox, KEY, '1')
    const place = folder()
    for (const name of names) cpSync(join(written, name), join(place, name))
    const before = names.map((name) => readFileSync(join(place, name), 'utf8'))
    vi.stubEnv('ITCHAT_STATE_KEY', key)
    const bot = botFor(sandbox)
    const asides = events(bot, 'setAside')
    const requests = sandbox.requests.length
    const failure = await failureOf(bot.autoLogin(hotReload(place)))
    expect(failure).toMatchObject({ name: 'ArgumentError', argument: 'ITCHAT_STATE_KEY' })
    expect(String(failure)).toContain(strings)
    expect(String(failure)).toContain('Set the key it was written with')
    expect(String(failure)).not.toContain(OTHER)
    expect([asides, sandbox.requests.length - requests]).toEqual([[], 0])
    expect(names.map((name) => readFileSync(join(place, name), 'utf8'))).toEqual(before)
    await bot.close()
    // With the key it goes on.
    for (const name of FILES) cpSync(join(written, name), join(place, name))
    expect(await answers(sandbox, KEY, place, 1)).toMatchObject({ texts: ['got 1'], restored: true, asides: [] })
  })

  test('is an error of loadLoginStatus, too', async () => {
    const sandbox = await sandboxFor()
    const place = await runThatLeavesOne(sandbox, KEY, '1')
    vi.stubEnv('ITCHAT_STATE_KEY', key)
    const failure = await failureOf(botFor(sandbox).loadLoginStatus(join(place, 'state.json')))
    expect(failure).toMatchObject({ argument: 'ITCHAT_STATE_KEY' })
  })

  test('where only who is who is encrypted, the bot starts, says so, and leaves it', async () => {
    const sandbox = await sandboxFor()
    const place = await runThatLeavesOne(sandbox, KEY, '1')
    for (const name of ['state.json', 'state.json.journal']) rmSync(join(place, name))
    const before = readFileSync(join(place, 'state.json.identities'), 'utf8')
    vi.stubEnv('ITCHAT_STATE_KEY', key)
    const bot = botFor(sandbox)
    const errors = events(bot, 'error')
    await bot.autoLogin(hotReload(place))
    await bot.close()
    expect(errors).toMatchObject([{ error: { name: 'ArgumentError', argument: 'ITCHAT_STATE_KEY' } }])
    expect(readFileSync(join(place, 'state.json.identities'), 'utf8')).toBe(before)
  })
})

test('damage of an encrypted login is told from another key: it is set aside', async () => {
  const sandbox = await sandboxFor()
  const place = await runThatLeavesOne(sandbox, KEY, '1')
  const path = join(place, 'state.json')
  const saved = readFileSync(path, 'utf8')
  const at = saved.indexOf('"sealed":"') + 40
  writeFileSync(path, saved.slice(0, at) + (saved[at] === 'A' ? 'B' : 'A') + saved.slice(at + 1))
  const { asides, texts } = await answers(sandbox, KEY, place, 1)
  expect(texts).toEqual(['got 1'])
  expect(asides).toMatchObject([{ what: 'session' }])
})

/** Encrypts what a change-over had reached. */
async function encrypt(place: string, changed: readonly string[]): Promise<void> {
  const key = readKey(KEY)
  if (!key) throw new Error('no key')
  const path = join(place, 'state.json')
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

import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Documents } from '../../src/account/persistence/documents.js'
import { readSavedLogin } from '../../src/account/persistence/saved-login.js'
import { web } from '../../src/transports/web/index.js'
import { systemClock } from '../../src/util/clock.js'
import { botFor, events, sandboxFor } from '../support/bot.js'

const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))

/** A file as a login leaves it, and the sandbox it belongs to. */
async function savedLogin() {
  const sandbox = await sandboxFor()
  const path = join(folder(), 'state.json')
  const bot = botFor(sandbox)
  await bot.autoLogin({ hotReload: true, statusStorageDir: path })
  await bot.close()
  return { sandbox, path, content: readFileSync(path, 'utf8') }
}

/** What the loader makes of a content: the login, or undefined when it set the content aside. */
async function load(content: string) {
  const asides: string[] = []
  const documents = new Documents({
    store: {
      place: 'test',
      load: async () => content,
      save: async () => {},
      setAside: async () => 'aside',
    },
    sealFor: () => undefined,
    onQuarantined: ({ reason }) => asides.push(reason),
  })
  const saved = await documents.load('session')
  expect(asides).toHaveLength(saved === undefined ? 1 : 0)
  return saved && readSavedLogin(saved, web()({ clock: systemClock, mayAct: () => {} }))
}

/** Seeded: a failure can be repeated. */
function randomFrom(seed: number) {
  let state = seed
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function mutate(content: string, random: (below: number) => number): string {
  const at = random(content.length)
  const length = 1 + random(20)
  switch (random(4)) {
    case 0:
      return content.slice(0, at) + content.slice(at + length)
    case 1:
      return content.slice(0, at) + String.fromCharCode(random(0x1_0000)) + content.slice(at + 1)
    case 2:
      return content.slice(0, at) + content.slice(at, at + length) + content.slice(at)
    default: {
      const other = random(content.length)
      return content.slice(0, at) + content.slice(other, other + length) + content.slice(at + length)
    }
  }
}

describe('a saved login that is not what was written', () => {
  test('every beginning of it is set aside', async () => {
    const { content } = await savedLogin()
    const whole = await load(content)
    expect(whole).toMatchObject({ user: { NickName: expect.any(String) } })
    // Its last character is a newline.
    for (let length = 0; length < content.length - 1; length++) {
      expect(await load(content.slice(0, length)), `${length} characters`).toBeUndefined()
    }
  })

  test('1,000 random changes: set aside, or as good as it was', async () => {
    const { content } = await savedLogin()
    const whole = await load(content)
    const random = randomFrom(20_261_121)
    let broken = 0
    for (let n = 0; n < 1_000; n++) {
      const changed = mutate(content, random)
      const loaded = await load(changed)
      if (loaded === undefined) broken++
      else expect(loaded, `change ${n}`).toEqual(whole)
    }
    expect(broken).toBeGreaterThan(900)
  })

  test('a bot started on it asks for a QR and keeps the file aside', { timeout: 60_000 }, async () => {
    const { sandbox, content } = await savedLogin()
    const random = randomFrom(7)
    for (let n = 0; n < 20; n++) {
      let changed = content
      while ((await load(changed)) !== undefined) changed = mutate(content, random)
      const path = join(folder(), 'state.json')
      writeFileSync(path, changed)
      const bot = botFor(sandbox)
      const [qrs, asides, logins] = [events(bot, 'qr'), events(bot, 'setAside'), events(bot, 'login')]
      await bot.autoLogin({ hotReload: true, statusStorageDir: path })
      expect([qrs.length, asides.length, logins[0]?.restored]).toEqual([1, 1, false])
      expect(readFileSync(asides[0]?.keptAs ?? '')).toEqual(Buffer.from(changed))
      await bot.close()
      expect(await load(readFileSync(path, 'utf8'))).toBeDefined()
    }
  })

  test.each([
    ['no account', {}],
    ['half a session', { user: { UserName: '@me' }, session: { uin: '1' } }],
    ['wrong types', { user: { UserName: '@me' }, session: { loginOrigin: 5, cookies: [1] }, chatrooms: {} }],
    ['a list', []],
    ['nothing', null],
  ])('whole, but with %s in it: the same', async (_, login) => {
    const sandbox = await sandboxFor()
    const path = join(folder(), 'state.json')
    const sha256 = createHash('sha256').update(JSON.stringify(login)).digest('hex')
    const written = JSON.stringify({ version: 2, document: 'session', sha256, content: login })
    writeFileSync(path, written)
    const bot = botFor(sandbox)
    const [qrs, asides] = [events(bot, 'qr'), events(bot, 'setAside')]
    await bot.autoLogin({ hotReload: true, statusStorageDir: path })
    expect(qrs).toHaveLength(1)
    expect(readFileSync(asides[0]?.keptAs ?? '', 'utf8')).toBe(written)
  })

  test('any number of them: each is kept under a name of its own', async () => {
    const sandbox = await sandboxFor()
    const path = join(folder(), 'state.json')
    for (const content of ['one', 'two', 'three']) {
      writeFileSync(path, content)
      const bot = botFor(sandbox)
      await bot.autoLogin({ hotReload: true, statusStorageDir: path })
      await bot.close()
    }
    const kept = readdirSync(join(path, '..')).filter((name) => name.endsWith('.aside'))
    expect(kept.map((name) => readFileSync(join(path, '..', name), 'utf8')).sort()).toEqual(['one', 'three', 'two'])
  })
})

test('a saved login of another account is set aside when this one logs in', async () => {
  const { path, content } = await savedLogin()
  const other = await sandboxFor()
  // Another server, and so another account.
  const bot = botFor(other)
  const asides = events(bot, 'setAside')
  await bot.autoLogin({ hotReload: true, statusStorageDir: path })
  expect(asides).toMatchObject([{ what: 'session' }])
  expect(readFileSync(asides[0]?.keptAs ?? '', 'utf8')).toBe(content)
})

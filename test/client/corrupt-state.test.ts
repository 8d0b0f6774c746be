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

/** A state file written by a login, and its sandbox. */
async function savedLogin() {
  const sandbox = await sandboxFor()
  const path = join(folder(), 'state.json')
  const bot = botFor(sandbox)
  await bot.autoLogin({ hotReload: true, statusStorageDir: path })
  await bot.close()
  return { sandbox, path, content: readFileSync(path, 'utf8') }
}

/** Loads `content`. Resolves to the login, or to undefined if the content has been quarantined. */
async function load(content: string) {
  const quarantined: string[] = []
  const documents = new Documents({
    store: {
      place: 'test',
      load: async () => content,
      save: async () => {},
      setAside: async () => 'aside',
    },
    sealFor: () => undefined,
    onQuarantined: ({ reason }) => quarantined.push(reason),
  })
  const saved = await documents.load('session')
  expect(quarantined).toHaveLength(saved === undefined ? 1 : 0)
  return saved && readSavedLogin(saved, web()({ clock: systemClock, mayAct() {}, saveSoon() {} }))
}

/** A seeded random number generator, so that a failure can be reproduced. */
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

describe('a corrupt saved login', () => {
  test('is quarantined when truncated to any length', async () => {
    const { content } = await savedLogin()
    const original = await load(content)
    expect(original).toMatchObject({ user: { NickName: expect.any(String) } })
    // Without its last character, a newline, the content is still complete.
    for (let length = 0; length < content.length - 1; length++) {
      expect(await load(content.slice(0, length)), `${length} characters`).toBeUndefined()
    }
  })

  test('is either quarantined or loaded unchanged after each of 1,000 random changes', async () => {
    const { content } = await savedLogin()
    const original = await load(content)
    const random = randomFrom(20_261_121)
    let broken = 0
    for (let n = 0; n < 1_000; n++) {
      const changed = mutate(content, random)
      const loaded = await load(changed)
      if (loaded === undefined) broken++
      else expect(loaded, `change ${n}`).toEqual(original)
    }
    expect(broken).toBeGreaterThan(900)
  })

  test('makes the bot show a QR code and quarantine the file', async () => {
    const { sandbox, content } = await savedLogin()
    const random = randomFrom(7)
    for (let n = 0; n < 20; n++) {
      let changed = content
      while ((await load(changed)) !== undefined) changed = mutate(content, random)
      const path = join(folder(), 'state.json')
      writeFileSync(path, changed)
      const bot = botFor(sandbox)
      const [qrs, quarantined, logins] = [events(bot, 'qr'), events(bot, 'setAside'), events(bot, 'login')]
      await bot.autoLogin({ hotReload: true, statusStorageDir: path })
      expect([qrs.length, quarantined.length, logins[0]?.restored]).toEqual([1, 1, false])
      expect(readFileSync(quarantined[0]?.keptAs ?? '')).toEqual(Buffer.from(changed))
      await bot.close()
      expect(await load(readFileSync(path, 'utf8'))).toBeDefined()
    }
  })

  test.each([
    ['no account', {}],
    ['incomplete credentials', { user: { UserName: '@me' }, session: { uin: '1' } }],
    [
      'values of the wrong type',
      { user: { UserName: '@me' }, session: { loginOrigin: 5, cookies: [1] }, chatrooms: {} },
    ],
    ['a list', []],
    ['null', null],
  ])('is quarantined when its checksum is valid but it contains %s', async (_, login) => {
    const sandbox = await sandboxFor()
    const path = join(folder(), 'state.json')
    const sha256 = createHash('sha256').update(JSON.stringify(login)).digest('hex')
    const written = JSON.stringify({ version: 2, document: 'session', sha256, content: login })
    writeFileSync(path, written)
    const bot = botFor(sandbox)
    const [qrs, quarantined] = [events(bot, 'qr'), events(bot, 'setAside')]
    await bot.autoLogin({ hotReload: true, statusStorageDir: path })
    expect(qrs).toHaveLength(1)
    expect(readFileSync(quarantined[0]?.keptAs ?? '', 'utf8')).toBe(written)
  })

  test('is quarantined under a unique name each time', async () => {
    const sandbox = await sandboxFor()
    const path = join(folder(), 'state.json')
    const contents = ['', '{', '{"version":2']
    for (const content of contents) {
      writeFileSync(path, content)
      const bot = botFor(sandbox)
      await bot.autoLogin({ hotReload: true, statusStorageDir: path })
      await bot.close()
    }
    const files = readdirSync(join(path, '..')).filter((name) => name.endsWith('.aside'))
    expect(files.map((name) => readFileSync(join(path, '..', name), 'utf8')).sort()).toEqual(contents)
  })
})

test('the saved login of another account is quarantined at login', async () => {
  const { path, content } = await savedLogin()
  const other = await sandboxFor()
  // This is a different server, and therefore a different account.
  const bot = botFor(other)
  const quarantined = events(bot, 'setAside')
  await bot.autoLogin({ hotReload: true, statusStorageDir: path })
  expect(quarantined).toMatchObject([{ what: 'session' }])
  expect(readFileSync(quarantined[0]?.keptAs ?? '', 'utf8')).toBe(content)
})

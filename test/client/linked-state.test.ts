import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DirectiveError, FileSessionStore } from 'itchat'
import { describe, expect, test } from 'vitest'
import { botFor, events, sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'

const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))

/** Ways in which a path can lead to a state file elsewhere. Each function returns the path and the link in it. */
const LINKS: Record<string, (real: string) => { path: string; link: string }> = {
  'a link to the state file': (real) => at(join(folder(), 'state.json'), real),
  'a relative link to the state file': (real) => {
    const link = join(dirname(real), '..', `link-${Date.now()}.json`)
    return at(link, join('.', real.split('/').slice(-2).join('/')))
  },
  'a link to a link to the state file': (real) =>
    at(join(folder(), 'state.json'), at(join(folder(), 'other.json'), real).path),
  'a link to the folder of the state file': (real) => {
    const { link } = at(join(folder(), 'data'), dirname(real))
    return { path: join(link, 'real.json'), link }
  },
  'a link to the state file in a linked folder': (real) => {
    const dir = folder()
    const { link } = at(join(dir, 'state.json'), real)
    const { link: linked } = at(join(folder(), 'data'), dir)
    return { path: join(linked, 'state.json'), link }
  },
  'a path with a dot segment after a link': (real) => {
    const { link } = at(join(folder(), 'data'), dirname(real))
    return { path: `${link}/./real.json`, link }
  },
}

function at(link: string, target: string) {
  symlinkSync(target, link)
  return { path: link, link }
}

describe.skipIf(process.platform === 'win32').each(Object.entries(LINKS))('%s', (_, make) => {
  test.each([true, false])('keeps the link, and locks and saves its target (target exists: %s)', async (exists) => {
    const real = join(folder(), 'real.json')
    if (exists) writeFileSync(real, 'old')
    const { path, link } = make(real)
    const [linked, direct] = [new FileSessionStore(path), new FileSessionStore(real)]
    const lock = await linked.lock()
    expect(await direct.lock()).toBeUndefined()
    for (const document of ['session', 'identities'] as const) await linked.save(document, `new ${document}`)
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(readFileSync(real, 'utf8')).toBe('new session')
    expect([await direct.load('session'), await direct.load('identities')]).toEqual(['new session', 'new identities'])
    expect(linked.journalFile).toBe(`${real}.journal`)
    expect(dirname(await linked.setAside('session'))).toBe(dirname(real))
    await lock?.unlock()
    expect(readdirSync(dirname(real)).filter((name) => name.includes('.lock'))).toEqual([])
  })
})

describe.skipIf(process.platform === 'win32')('a link next to the session file', () => {
  test('to the identities stays a link when they are saved', async () => {
    const [dir, elsewhere] = [folder(), folder()]
    const store = new FileSessionStore(join(dir, 'state.json'))
    symlinkSync(join(elsewhere, 'who.json'), join(dir, 'state.json.identities'))
    await store.save('identities', 'people')
    expect(lstatSync(join(dir, 'state.json.identities')).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(elsewhere, 'who.json'), 'utf8')).toBe('people')
  })

  test('to the journal stays a link when it is rewritten', async () => {
    const sandbox = await sandboxFor()
    const [dir, elsewhere] = [folder(), folder()]
    const statusStorageDir = join(dir, 'state.json')
    symlinkSync(join(elsewhere, 'journal'), `${statusStorageDir}.journal`)
    const bot = botFor(sandbox)
    await bot.autoLogin({ hotReload: true, statusStorageDir })
    await bot.close()
    expect(lstatSync(`${statusStorageDir}.journal`).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(elsewhere, 'journal'), 'utf8')).toContain('"owner"')
  })
})

test('loading through circular links rejects with ELOOP', async () => {
  const dir = folder()
  symlinkSync(join(dir, 'b.json'), join(dir, 'a.json'))
  symlinkSync(join(dir, 'a.json'), join(dir, 'b.json'))
  expect(await failureOf(new FileSessionStore(join(dir, 'a.json')).load('session'))).toMatchObject({ code: 'ELOOP' })
})

test('saving does not change other hard links to the file', async () => {
  const dir = folder()
  writeFileSync(join(dir, 'a.json'), 'old')
  linkSync(join(dir, 'a.json'), join(dir, 'b.json'))
  await new FileSessionStore(join(dir, 'a.json')).save('session', 'new')
  expect(readFileSync(join(dir, 'b.json'), 'utf8')).toBe('old')
})

test('a bot restores its session through a link or from the file itself, and directives cannot send any of the state files', async () => {
  const sandbox = await sandboxFor()
  const real = join(folder(), 'real.json')
  const link = join(folder(), 'state.json')
  symlinkSync(real, link)
  const first = botFor(sandbox)
  await first.autoLogin({ hotReload: true, statusStorageDir: link })
  // So far, only changes to the identities have been written.
  writeFileSync(`${real}.identities`, '')
  const written = ['', '.journal', '.identities', '.identities.changes', '.lock'].map((suffix) => real + suffix)
  for (const path of [...written, link]) {
    expect(await failureOf(first.send(`@fil@${path}`, 'filehelper')), path).toBeInstanceOf(DirectiveError)
  }
  const second = botFor(sandbox)
  expect(String(await failureOf(second.autoLogin({ hotReload: true, statusStorageDir: real })))).toContain('in use')
  await first.close()
  const logins = events(second, 'login')
  await second.autoLogin({ hotReload: true, statusStorageDir: real })
  expect(logins).toMatchObject([{ restored: true }])
  expect(lstatSync(link).isSymbolicLink()).toBe(true)
})

test('saving through a link into a missing folder rejects and creates nothing', async () => {
  const dir = folder()
  const link = join(dir, 'state.json')
  symlinkSync(join(dir, 'missing', 'real.json'), link)
  const store = new FileSessionStore(link)
  expect(await store.load('session')).toBeUndefined()
  expect(await failureOf(store.save('session', 'x'))).toMatchObject({ code: 'ENOENT' })
  mkdirSync(join(dir, 'missing'))
  await store.save('session', 'x')
  expect(readFileSync(join(dir, 'missing', 'real.json'), 'utf8')).toBe('x')
})

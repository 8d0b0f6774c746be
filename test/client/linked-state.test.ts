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

/** Ways a path can lead to a state file elsewhere: what is made, and the path. */
const LINKS: Record<string, (real: string) => { given: string; link: string }> = {
  'a link': (real) => at(join(folder(), 'state.json'), real),
  'a relative link': (real) => {
    const link = join(dirname(real), '..', `link-${Date.now()}.json`)
    return at(link, join('.', real.split('/').slice(-2).join('/')))
  },
  'a link to a link': (real) => at(join(folder(), 'state.json'), at(join(folder(), 'other.json'), real).given),
  'a link in a folder above': (real) => {
    const { link } = at(join(folder(), 'data'), dirname(real))
    return { given: join(link, 'real.json'), link }
  },
  'a link in a linked folder': (real) => {
    const place = folder()
    const { link } = at(join(place, 'state.json'), real)
    const { link: linked } = at(join(folder(), 'data'), place)
    return { given: join(linked, 'state.json'), link }
  },
  'a path that goes up behind a link': (real) => {
    const { link } = at(join(folder(), 'data'), dirname(real))
    return { given: `${link}/./real.json`, link }
  },
}

function at(link: string, target: string) {
  symlinkSync(target, link)
  return { given: link, link }
}

describe.skipIf(process.platform === 'win32').each(Object.entries(LINKS))('%s to the state file', (_, make) => {
  test.each([true, false])('stays, and locks and saves where it leads; there before: %s', async (isThere) => {
    const real = join(folder(), 'real.json')
    if (isThere) writeFileSync(real, 'old')
    const { given, link } = make(real)
    const [linked, direct] = [new FileSessionStore(given), new FileSessionStore(real)]
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

describe.skipIf(process.platform === 'win32')('a file beside the session', () => {
  test('that is a link of its own stays one', async () => {
    const [place, elsewhere] = [folder(), folder()]
    const store = new FileSessionStore(join(place, 'state.json'))
    symlinkSync(join(elsewhere, 'who.json'), join(place, 'state.json.identities'))
    await store.save('identities', 'people')
    expect(lstatSync(join(place, 'state.json.identities')).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(elsewhere, 'who.json'), 'utf8')).toBe('people')
  })

  test('the journal as a link stays one when it is written anew', async () => {
    const sandbox = await sandboxFor()
    const [place, elsewhere] = [folder(), folder()]
    const statusStorageDir = join(place, 'state.json')
    symlinkSync(join(elsewhere, 'journal'), `${statusStorageDir}.journal`)
    const bot = botFor(sandbox)
    await bot.autoLogin({ hotReload: true, statusStorageDir })
    await bot.close()
    expect(lstatSync(`${statusStorageDir}.journal`).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(elsewhere, 'journal'), 'utf8')).toContain('"owner"')
  })
})

test('links that lead in a circle are an error that says so', async () => {
  const place = folder()
  symlinkSync(join(place, 'b.json'), join(place, 'a.json'))
  symlinkSync(join(place, 'a.json'), join(place, 'b.json'))
  expect(await failureOf(new FileSessionStore(join(place, 'a.json')).load('session'))).toMatchObject({ code: 'ELOOP' })
})

test('a hard link is a copy: the other name keeps what it had', async () => {
  const place = folder()
  writeFileSync(join(place, 'a.json'), 'old')
  linkSync(join(place, 'a.json'), join(place, 'b.json'))
  await new FileSessionStore(join(place, 'a.json')).save('session', 'new')
  expect(readFileSync(join(place, 'b.json'), 'utf8')).toBe('old')
})

test('a bot goes on by the link and by the file, and no text sends what lies beside the file', async () => {
  const sandbox = await sandboxFor()
  const real = join(folder(), 'real.json')
  const link = join(folder(), 'state.json')
  symlinkSync(real, link)
  const first = botFor(sandbox)
  await first.autoLogin({ hotReload: true, statusStorageDir: link })
  // Changes alone are written so far.
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

test('a link whose folder is missing is an error, and makes nothing', async () => {
  const place = folder()
  const link = join(place, 'state.json')
  symlinkSync(join(place, 'missing', 'real.json'), link)
  const store = new FileSessionStore(link)
  expect(await store.load('session')).toBeUndefined()
  expect(await failureOf(store.save('session', 'x'))).toMatchObject({ code: 'ENOENT' })
  mkdirSync(join(place, 'missing'))
  await store.save('session', 'x')
  expect(readFileSync(join(place, 'missing', 'real.json'), 'utf8')).toBe('x')
})

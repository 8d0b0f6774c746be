import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { failureOf, gate } from '../../../test/support/gate.js'
import { MemoryJournal, MemoryJournalStore } from '../../../test/support/memory-journal.js'
import { FileError } from '../../errors.js'
import type { SessionIdentity } from '../../transport/transport.js'
import { dict, text } from '../../util/read.js'
import { FileSessionStore } from './file-session-store.js'
import { openDocuments } from './held-store.js'
import { HotReload } from './hot-reload.js'
import type { OpenJournalOptions } from './journal.js'
import type { Received } from './journal-record.js'
import { MemorySessionStore } from './memory-session-store.js'
import type { KnownLogin } from './saved-login.js'
import type { StoredDocument, WriteOptions } from './session-store.js'

const CURSOR = 'position'
const same = (received: Received) => received
const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))
const transport = {
  name: 'memory',
  identify: (saved: unknown) => ({ account: text(dict(saved).account), session: 'session' }),
}
const loginOf = (account: string): KnownLogin => ({
  transport: transport.name,
  identity: { account, session: 'session' },
  session: { account },
  user: { UserName: `@${account}` },
  chatrooms: [],
})
/** The account with the number, in a session. */
const identityOf = (account: string, session = 'session') => ({ account, session })

function hotReload(options: Partial<ConstructorParameters<typeof HotReload>[0]> = {}) {
  const scene = { account: '1', errors: [] as unknown[], asides: [] as string[] }
  const kept = new HotReload({
    transport: () => transport,
    login: () => loginOf(scene.account),
    keepSecret: () => {},
    onQuarantined: ({ what, keptAs }) => void scene.asides.push(what, keptAs),
    onError: (error) => void scene.errors.push(error),
    ...options,
  })
  return Object.assign(scene, { kept })
}

test('a store is given back when it is not being written any more', async () => {
  const scene = hotReload()
  const steps: string[] = []
  const began = gate()
  const written = gate()
  class SlowStore extends MemorySessionStore {
    override async save() {
      began.open()
      await written.opened
      steps.push('written')
    }
    async lock() {
      return async () => void steps.push('given back')
    }
  }
  await scene.kept.use(new SlowStore())
  const saved = scene.kept.save()
  await began.opened
  const released = scene.kept.release()
  await new Promise((resolve) => setImmediate(resolve))
  written.open()
  await Promise.all([saved, released])
  expect(steps).toEqual(['written', 'given back'])
})

test('a save that comes with the end is left out, and no failure', async () => {
  const scene = hotReload()
  const path = join(folder(), 'state.json')
  await scene.kept.use(new FileSessionStore(path))
  const released = scene.kept.release()
  await Promise.all([released, scene.kept.save()])
  expect(scene.errors).toEqual([])
  expect(existsSync(path)).toBe(false)
})

test('another account may begin where nothing was saved, whatever was saved elsewhere', async () => {
  const scene = hotReload()
  await scene.kept.use(new FileSessionStore(join(folder(), 'one.json')))
  await scene.kept.begin(identityOf('1'), '@1', same)
  await scene.kept.save()
  await scene.kept.use(new FileSessionStore(join(folder(), 'other.json')))
  expect(await scene.kept.load()).toBeUndefined()
  scene.account = '2'
  await scene.kept.begin(identityOf('2'), '@2', same)
  await scene.kept.save()
  expect(scene.asides).toEqual([])
  scene.account = '3'
  await scene.kept.begin(identityOf('3'), '@3', same)
  expect(scene.asides[0]).toBe('session')
  await scene.kept.release()
})

test('a damaged journal is copied aside when it is written anew: once, and by no start that fails', async () => {
  const scene = hotReload()
  const place = folder()
  const store = () => new FileSessionStore(join(place, 'state.json'))
  writeFileSync(store().journalFile, 'no record\n')
  for (const _ of [1, 2]) {
    await scene.kept.use(store())
    await scene.kept.release()
  }
  expect(scene.asides).toEqual([])
  for (const session of ['a', 'b']) {
    await scene.kept.use(store())
    await scene.kept.begin(identityOf('1', session), '@1', same)
  }
  expect(scene.asides).toEqual(['journal', expect.any(String)])
  expect(readFileSync(scene.asides[1] ?? '', 'utf8')).toBe('no record\n')
  await scene.kept.release()
})

test('the login of another account is not overwritten while it cannot be set aside', async () => {
  const scene = hotReload()
  let isStuck = true
  class StuckStore extends MemorySessionStore {
    override setAside(document: StoredDocument) {
      return isStuck ? Promise.reject(new Error('stuck')) : super.setAside(document)
    }
  }
  const store = new StuckStore()
  await scene.kept.use(store)
  await scene.kept.save()
  const saved = await store.load('session')
  scene.account = '2'
  expect(await failureOf(scene.kept.begin(identityOf('2'), '@2', same))).toBeInstanceOf(FileError)
  await scene.kept.save()
  expect(await store.load('session')).toBe(saved)
  isStuck = false
  await scene.kept.ready()
  await scene.kept.save()
  expect(scene.asides).toEqual(['session', 'nowhere'])
  expect(await store.load('session')).toContain('"account":"2"')
  await scene.kept.release()
})

describe('a store that is released while a handler is in flight', () => {
  /** A message whose handler has begun, in a store that was released. */
  async function released() {
    const scene = hotReload()
    const steps: string[] = []
    const lost = new AbortController()
    const [answer, unlocked] = [gate(), gate()]
    const unlock = async () => {
      steps.push('unlock')
      unlocked.open()
    }
    const store = Object.assign(new MemorySessionStore(), {
      journalFile: join(folder(), 'journal'),
      lock: async () => ({ unlock, lost: lost.signal }),
    })
    await scene.kept.use(store)
    await scene.kept.begin(identityOf('1'), '@1', same)
    const journal = scene.kept.journal
    if (!journal) throw new Error('no journal')
    const [received] = await journal.add([{ id: '7', chat: '@f', timeMs: 0, sent: {}, by: '' }], CURSOR)
    const n = received?.n ?? 0
    await journal.started(n, received?.term ?? 0, false)
    const release = async () => {
      await scene.kept.release()
      return scene.kept
    }
    return { ...scene, store, steps, lost, answer, unlocked, journal, n, release }
  }

  const isDone = (path: string) => readFileSync(path, 'utf8').includes('"done"')

  test('is given back when it is done, with its mark', async () => {
    const { kept, store, steps, unlocked, journal, n, release } = await released()
    await release()
    expect([steps, kept.place]).toEqual([[], undefined])
    await journal.done(n)
    await unlocked.opened
    expect([steps, isDone(store.journalFile)]).toEqual([['unlock'], true])
  })

  test('stays locked until a save that hangs was answered', async () => {
    const { kept, store, steps, answer, journal, n, release } = await released()
    const began = gate()
    store.save = async () => {
      began.open()
      await answer.opened
      steps.push('saved')
    }
    const saved = kept.save()
    await began.opened
    const releasing = release()
    await journal.done(n)
    await new Promise((resolve) => setImmediate(resolve))
    expect(steps).toEqual([])
    answer.open()
    await Promise.all([saved, releasing])
    await kept.release()
    expect(steps).toEqual(['saved', 'unlock'])
  })

  test('is taken again with its journal, and not given back then', async () => {
    const { kept, store, steps, journal, n, release } = await released()
    await release()
    await kept.use(store)
    await kept.begin(identityOf('1'), '@1', same)
    expect(kept.journal).toBe(journal)
    await journal.done(n)
    await new Promise((resolve) => setImmediate(resolve))
    expect(steps).toEqual([])
    await kept.release()
    expect(steps).toEqual(['unlock'])
  })

  test('and then lost to another process: the mark is not written', async () => {
    const { kept, store, steps, lost, journal, n, errors, release } = await released()
    await release()
    lost.abort(new Error('it was taken over'))
    await journal.done(n)
    await kept.release()
    expect([steps, isDone(store.journalFile), errors]).toEqual([['unlock'], false, []])
  })
})

test('a damaged journal is copied aside once, however often beginning a session fails', async () => {
  const scene = hotReload()
  const store = new FileSessionStore(join(folder(), 'state.json'))
  writeFileSync(store.journalFile, 'no record\n')
  await scene.kept.use(store)
  mkdirSync(`${store.journalFile}.new`)
  expect(await failureOf(scene.kept.begin(identityOf('1'), '@1', same))).toBeInstanceOf(FileError)
  for (let count = 0; count < 2; count++) expect(await failureOf(scene.kept.ready())).toBeInstanceOf(FileError)
  rmdirSync(`${store.journalFile}.new`)
  await scene.kept.ready()
  expect(scene.asides).toEqual(['journal', expect.any(String)])
  await scene.kept.release()
})

describe('the position of the journal', () => {
  const add = (kept: HotReload, id: string, cursor: string) =>
    kept.journal?.add([{ id, chat: '@f', timeMs: 0, sent: {}, by: '' }], cursor)

  const ownerOf = ({ journal }: HotReload) => ({ account: '1', session: journal?.owner?.session ?? '' })

  test('is known to the next process for the session of the journal alone', async () => {
    const path = join(folder(), 'state.json')
    const { kept } = hotReload()
    await kept.use(new FileSessionStore(path))
    await kept.begin(identityOf('1', 'sid'), '@1', same)
    const owner = ownerOf(kept)
    const saved = (identity: SessionIdentity) => ({ identity, cursor: '' })
    expect(owner.session).not.toBe('')
    expect(kept.cursorOf(saved(owner))).toBeUndefined()
    await add(kept, '7', 'one')
    await kept.release()
    expect(kept.cursorOf(saved(owner))).toBeUndefined()
    const next = hotReload()
    await next.kept.use(new FileSessionStore(path))
    expect([
      next.kept.cursorOf(saved(owner)),
      next.kept.cursorOf(saved({ ...owner, account: '2' })),
      next.kept.cursorOf(saved({ ...owner, session: 'other' })),
    ]).toEqual(['one', undefined, undefined])
    await next.kept.begin(identityOf('1', 'next sid'), '@1', same)
    expect(next.kept.cursorOf(saved(owner))).toBeUndefined()
    await next.kept.release()
  })

  test('is not older than the saved session: each save is preceded by it', async () => {
    const place = folder()
    const { kept } = hotReload()
    await kept.use(new FileSessionStore(join(place, 'state.json')))
    await kept.begin(identityOf('1', 'sid'), '@1', same)
    const owner = ownerOf(kept)
    await add(kept, '7', 'one')
    // Nothing new in it.
    await add(kept, '7', 'two')
    await kept.save()
    const copy = folder()
    cpSync(place, copy, { recursive: true })
    const next = hotReload()
    await next.kept.use(new FileSessionStore(join(copy, 'state.json')))
    expect(next.kept.journal?.cursor).toBe('two')
    expect(next.kept.cursorOf({ identity: owner, cursor: 'one' })).toBe('two')
    await next.kept.release()
    await kept.release()
  })

  test('gives way to a saved session that is as far, or was saved without the journal', async () => {
    const store = new FileSessionStore(join(folder(), 'state.json'))
    const { kept } = hotReload()
    await kept.use(store)
    await kept.begin(identityOf('1'), '@1', same)
    const resumedAt = async () => {
      const login = await kept.load()
      return login && [login.cursor, kept.cursorOf(login)]
    }
    await kept.save()
    expect(await resumedAt()).toEqual(['', undefined])
    await add(kept, '7', 'one')
    expect(await resumedAt()).toEqual(['', 'one'])
    // Also when the session was started afresh at another position meanwhile.
    await kept.save()
    expect(await resumedAt()).toEqual(['one', undefined])
    await add(kept, '8', 'two')
    expect(await resumedAt()).toEqual(['one', 'two'])
    await openDocuments(store, () => {}).save('session', loginOf('1'))
    expect(await resumedAt()).toEqual([undefined, undefined])
    await kept.release()
  })

  test('is unknown where nothing is kept', () => {
    expect(hotReload().kept.cursorOf({ ...loginOf('1'), cursor: '' })).toBeUndefined()
  })
})

describe('a store with a journal of its own', () => {
  test('is told the token of its lock by every write, and closes the journal before the lock is given back', async () => {
    const steps: unknown[] = []
    class Store extends MemoryJournalStore {
      readonly journalFile = join(folder(), 'journal')
      override async openJournal(options?: OpenJournalOptions) {
        steps.push(['open', options?.token])
        const journal = await super.openJournal()
        journal.close = async () => void steps.push('close')
        return journal
      }
      override async save(document: StoredDocument, content: string, options?: WriteOptions) {
        steps.push(['save', options])
        await super.save(document, content)
      }
      override async setAside(document: StoredDocument, options?: WriteOptions) {
        steps.push(['set aside', options])
        return super.setAside(document)
      }
      async lock() {
        return { unlock: async () => void steps.push('unlock'), token: '7' }
      }
    }
    const store = new Store()
    const { kept } = hotReload()
    await kept.use(store)
    expect(existsSync(store.journalFile)).toBe(false)
    await kept.begin(identityOf('1', 'sid'), '@1', same)
    expect(kept.journal).toBe(store.journal)
    await kept.save()
    await kept.quarantineLogin('no reason')
    await kept.release()
    const token = { token: '7' }
    expect(steps).toEqual([['open', '7'], ['save', token], ['set aside', token], 'close', 'unlock'])
  })

  test('that has none for now keeps messages in its file', async () => {
    const path = join(folder(), 'journal')
    const store = Object.assign(new MemorySessionStore(), { journalFile: path, openJournal: async () => undefined })
    const { kept } = hotReload()
    await kept.use(store)
    expect(existsSync(path)).toBe(true)
    await kept.release()
  })

  test.each([
    ['opened', 'use'],
    ['begun', 'begin'],
  ] as const)(
    'that cannot be %s fails with a FileError that names the store, and gives the lock back',
    async (what, step) => {
      const steps: string[] = []
      const fail = async () => Promise.reject(new Error('no connection'))
      const store = Object.assign(new MemorySessionStore(), {
        openJournal: async () => (step === 'use' ? fail() : Object.assign(new MemoryJournal(), { begin: fail })),
        lock: async () => async () => void steps.push('unlock'),
      })
      const { kept } = hotReload()
      const failure = await failureOf(
        (async () => {
          await kept.use(store)
          await kept.begin(identityOf('1', 'sid'), '@1', same)
        })(),
      )
      expect(failure).toBeInstanceOf(FileError)
      expect(String(failure)).toContain(`The journal of ${store.place} could not be ${what}: no connection`)
      await kept.release()
      expect(steps).toEqual(['unlock'])
    },
  )

  test('that opens after the login was given up is closed at once', async () => {
    const [opening, opened, closed] = [gate(), gate(), gate()]
    const abort = new AbortController()
    const store = Object.assign(new MemorySessionStore(), {
      openJournal: async () => {
        opening.open()
        await opened.opened
        return Object.assign(new MemoryJournal(), { close: async () => closed.open() })
      },
    })
    const { kept } = hotReload()
    const failure = failureOf(kept.use(store, abort.signal))
    await opening.opened
    abort.abort(new Error('enough'))
    expect(await failure).toEqual(new Error('enough'))
    opened.open()
    await closed.opened
  })

  test('drops the messages of another account, with an event, when it keeps no copies', async () => {
    const store = new MemoryJournalStore()
    const { kept, asides } = hotReload()
    await kept.use(store)
    await kept.begin(identityOf('1', 'sid'), '@1', same)
    await kept.journal?.add([{ id: '7', chat: '@f', timeMs: 0, sent: {}, by: '' }], CURSOR)
    await kept.begin(identityOf('2', 'sid'), '@2', same)
    expect([asides, kept.journal?.size, kept.journal?.owner?.account]).toEqual([['journal', 'nowhere'], 0, '2'])
    await kept.release()
  })

  test('that cannot say whether its handlers are over is given back, and reported', async () => {
    const steps: string[] = []
    const lock = async () => async () => void steps.push('unlock')
    const store = Object.assign(new MemoryJournalStore(), { lock })
    const { kept, errors } = hotReload()
    await kept.use(store)
    await kept.begin(identityOf('1', 'sid'), '@1', same)
    const [received] = await store.journal.add([{ id: '7', chat: '@f', timeMs: 0, sent: {}, by: '' }], CURSOR)
    await store.journal.started(received?.n ?? 0, received?.term ?? 0, false)
    store.journal.idle = () => Promise.reject(new Error('no connection'))
    await kept.release()
    await vi.waitFor(() => expect(steps).toEqual(['unlock']))
    expect(String(errors)).toContain('no connection')
  })

  test('that throws when it is discarded stops nothing: the instance learns that the lock was lost', async () => {
    const [lost, steps] = [new AbortController(), [] as string[]]
    const store = Object.assign(new MemoryJournalStore(), {
      lock: async () => ({ unlock: async () => void steps.push('unlock'), lost: lost.signal }),
    })
    const { kept } = hotReload({ onLost: () => void steps.push('lost') })
    await kept.use(store)
    store.journal.discard = () => {
      throw new Error('no connection')
    }
    lost.abort()
    await vi.waitFor(() => expect(steps.sort()).toEqual(['lost', 'unlock']))
  })
})

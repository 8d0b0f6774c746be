import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
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

const CURSOR = 'cursor'
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
/** Identity of an account in a session. */
const identityOf = (account: string, session = 'session') => ({ account, session })

function setUp(options: Partial<ConstructorParameters<typeof HotReload>[0]> = {}) {
  const scene = { account: '1', errors: [] as unknown[], quarantined: [] as string[] }
  const hotReload = new HotReload({
    transport: () => transport,
    login: () => loginOf(scene.account),
    keepSecret: () => {},
    onQuarantined: ({ what, keptAs }) => void scene.quarantined.push(what, keptAs),
    onError: (error) => void scene.errors.push(error),
    ...options,
  })
  return Object.assign(scene, { hotReload })
}

test('unlocks a store only after pending writes have completed', async () => {
  const scene = setUp()
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
      return async () => void steps.push('unlocked')
    }
  }
  await scene.hotReload.use(new SlowStore())
  const saved = scene.hotReload.save()
  await began.opened
  const released = scene.hotReload.release()
  await new Promise((resolve) => setImmediate(resolve))
  written.open()
  await Promise.all([saved, released])
  expect(steps).toEqual(['written', 'unlocked'])
})

test('ignores a save after release without reporting an error', async () => {
  const scene = setUp()
  const path = join(folder(), 'state.json')
  await scene.hotReload.use(new FileSessionStore(path))
  const released = scene.hotReload.release()
  await Promise.all([released, scene.hotReload.save()])
  expect(scene.errors).toEqual([])
  expect(existsSync(path)).toBe(false)
})

test('lets another account start a session in an empty store, regardless of what other stores contain', async () => {
  const scene = setUp()
  await scene.hotReload.use(new FileSessionStore(join(folder(), 'one.json')))
  await scene.hotReload.begin(identityOf('1'), '@1', same)
  await scene.hotReload.save()
  await scene.hotReload.use(new FileSessionStore(join(folder(), 'other.json')))
  expect(await scene.hotReload.load()).toBeUndefined()
  scene.account = '2'
  await scene.hotReload.begin(identityOf('2'), '@2', same)
  await scene.hotReload.save()
  expect(scene.quarantined).toEqual([])
  scene.account = '3'
  await scene.hotReload.begin(identityOf('3'), '@3', same)
  expect(scene.quarantined[0]).toBe('session')
  await scene.hotReload.release()
})

test('quarantines a damaged journal once, when it is rewritten, not when an earlier start fails', async () => {
  const scene = setUp()
  const place = folder()
  const store = () => new FileSessionStore(join(place, 'state.json'))
  writeFileSync(store().journalFile, 'not a record\n')
  for (const _ of [1, 2]) {
    await scene.hotReload.use(store())
    await scene.hotReload.release()
  }
  expect(scene.quarantined).toEqual([])
  for (const session of ['a', 'b']) {
    await scene.hotReload.use(store())
    await scene.hotReload.begin(identityOf('1', session), '@1', same)
  }
  expect(scene.quarantined).toEqual(['journal', expect.any(String)])
  expect(readFileSync(scene.quarantined[1] ?? '', 'utf8')).toBe('not a record\n')
  await scene.hotReload.release()
})

test('does not overwrite the login of another account until that login has been quarantined', async () => {
  const scene = setUp()
  let isStuck = true
  class StuckStore extends MemorySessionStore {
    override setAside(document: StoredDocument) {
      return isStuck ? Promise.reject(new Error('stuck')) : super.setAside(document)
    }
  }
  const store = new StuckStore()
  await scene.hotReload.use(store)
  await scene.hotReload.save()
  const saved = await store.load('session')
  scene.account = '2'
  expect(await failureOf(scene.hotReload.begin(identityOf('2'), '@2', same))).toBeInstanceOf(FileError)
  await scene.hotReload.save()
  expect(await store.load('session')).toBe(saved)
  isStuck = false
  await scene.hotReload.ready()
  await scene.hotReload.save()
  expect(scene.quarantined).toEqual(['session', 'nowhere'])
  expect(await store.load('session')).toContain('"account":"2"')
  await scene.hotReload.release()
})

describe('a store that is released while a handler is in flight', () => {
  /** A store that can be released while the handler of its only message is running. */
  async function startHandler() {
    const scene = setUp()
    const steps: string[] = []
    const lost = new AbortController()
    const [written, unlocked] = [gate(), gate()]
    const unlock = async () => {
      steps.push('unlock')
      unlocked.open()
    }
    const store = Object.assign(new MemorySessionStore(), {
      journalFile: join(folder(), 'journal'),
      lock: async () => ({ unlock, lost: lost.signal }),
    })
    await scene.hotReload.use(store)
    await scene.hotReload.begin(identityOf('1'), '@1', same)
    const journal = scene.hotReload.journal
    if (!journal) throw new Error('no journal')
    const [received] = await journal.add([{ id: '7', chat: '@f', timeMs: 0, sent: {}, by: '' }], CURSOR)
    const n = received?.n ?? 0
    await journal.started(n, received?.term ?? 0, false)
    const release = async () => {
      await scene.hotReload.release()
      return scene.hotReload
    }
    return { ...scene, store, steps, lost, written, unlocked, journal, n, release }
  }

  const isDone = (path: string) => readFileSync(path, 'utf8').includes('"done"')

  test('is unlocked once the handler has finished and the message is marked as done', async () => {
    const { hotReload, store, steps, unlocked, journal, n, release } = await startHandler()
    await release()
    expect([steps, hotReload.place]).toEqual([[], undefined])
    await journal.done(n)
    await unlocked.opened
    expect([steps, isDone(store.journalFile)]).toEqual([['unlock'], true])
  })

  test('stays locked until a hanging save completes', async () => {
    const { hotReload, store, steps, written, journal, n, release } = await startHandler()
    const began = gate()
    store.save = async () => {
      began.open()
      await written.opened
      steps.push('saved')
    }
    const saved = hotReload.save()
    await began.opened
    const releasing = release()
    await journal.done(n)
    await new Promise((resolve) => setImmediate(resolve))
    expect(steps).toEqual([])
    written.open()
    await Promise.all([saved, releasing])
    await hotReload.release()
    expect(steps).toEqual(['saved', 'unlock'])
  })

  test('is reused together with its journal and stays locked', async () => {
    const { hotReload, store, steps, journal, n, release } = await startHandler()
    await release()
    await hotReload.use(store)
    await hotReload.begin(identityOf('1'), '@1', same)
    expect(hotReload.journal).toBe(journal)
    await journal.done(n)
    await new Promise((resolve) => setImmediate(resolve))
    expect(steps).toEqual([])
    await hotReload.release()
    expect(steps).toEqual(['unlock'])
  })

  test('does not mark the message as done after another process has taken it over', async () => {
    const { hotReload, store, steps, lost, journal, n, errors, release } = await startHandler()
    await release()
    lost.abort(new Error('it was taken over'))
    await journal.done(n)
    await hotReload.release()
    expect([steps, isDone(store.journalFile), errors]).toEqual([['unlock'], false, []])
  })
})

test('quarantines a damaged journal once, no matter how often starting a session fails', async () => {
  const scene = setUp()
  const store = new FileSessionStore(join(folder(), 'state.json'))
  writeFileSync(store.journalFile, 'not a record\n')
  await scene.hotReload.use(store)
  mkdirSync(`${store.journalFile}.new`)
  expect(await failureOf(scene.hotReload.begin(identityOf('1'), '@1', same))).toBeInstanceOf(FileError)
  for (let count = 0; count < 2; count++) expect(await failureOf(scene.hotReload.ready())).toBeInstanceOf(FileError)
  rmdirSync(`${store.journalFile}.new`)
  await scene.hotReload.ready()
  expect(scene.quarantined).toEqual(['journal', expect.any(String)])
  await scene.hotReload.release()
})

describe('the cursor of the journal', () => {
  const add = (hotReload: HotReload, id: string, cursor: string) =>
    hotReload.journal?.add([{ id, chat: '@f', timeMs: 0, sent: {}, by: '' }], cursor)

  const ownerOf = ({ journal }: HotReload) => ({ account: '1', session: journal?.owner?.session ?? '' })

  test('is available to the next process only for the session of the journal', async () => {
    const path = join(folder(), 'state.json')
    const { hotReload } = setUp()
    await hotReload.use(new FileSessionStore(path))
    await hotReload.begin(identityOf('1', 'sid'), '@1', same)
    const owner = ownerOf(hotReload)
    const saved = (identity: SessionIdentity) => ({ identity, cursor: '' })
    expect(owner.session).not.toBe('')
    expect(hotReload.cursorOf(saved(owner))).toBeUndefined()
    await add(hotReload, '7', 'one')
    await hotReload.release()
    expect(hotReload.cursorOf(saved(owner))).toBeUndefined()
    const next = setUp()
    await next.hotReload.use(new FileSessionStore(path))
    expect([
      next.hotReload.cursorOf(saved(owner)),
      next.hotReload.cursorOf(saved({ ...owner, account: '2' })),
      next.hotReload.cursorOf(saved({ ...owner, session: 'other' })),
    ]).toEqual(['one', undefined, undefined])
    await next.hotReload.begin(identityOf('1', 'next sid'), '@1', same)
    expect(next.hotReload.cursorOf(saved(owner))).toBeUndefined()
    await next.hotReload.release()
  })

  test('is written before each save, so it is never older than the saved session', async () => {
    const place = folder()
    const { hotReload } = setUp()
    await hotReload.use(new FileSessionStore(join(place, 'state.json')))
    await hotReload.begin(identityOf('1', 'sid'), '@1', same)
    const owner = ownerOf(hotReload)
    await add(hotReload, '7', 'one')
    // A batch without new messages.
    await add(hotReload, '7', 'two')
    await hotReload.save()
    const copy = folder()
    cpSync(place, copy, { recursive: true })
    const next = setUp()
    await next.hotReload.use(new FileSessionStore(join(copy, 'state.json')))
    expect(next.hotReload.journal?.cursor).toBe('two')
    expect(next.hotReload.cursorOf({ identity: owner, cursor: 'one' })).toBe('two')
    await next.hotReload.release()
    await hotReload.release()
  })

  test('is ignored when the saved session is at the same position, or was saved without the journal', async () => {
    const store = new FileSessionStore(join(folder(), 'state.json'))
    const { hotReload } = setUp()
    await hotReload.use(store)
    await hotReload.begin(identityOf('1'), '@1', same)
    const resumedAt = async () => {
      const login = await hotReload.load()
      return login && [login.cursor, hotReload.cursorOf(login)]
    }
    await hotReload.save()
    expect(await resumedAt()).toEqual(['', undefined])
    await add(hotReload, '7', 'one')
    expect(await resumedAt()).toEqual(['', 'one'])
    // The same applies after another save at a later position.
    await hotReload.save()
    expect(await resumedAt()).toEqual(['one', undefined])
    await add(hotReload, '8', 'two')
    expect(await resumedAt()).toEqual(['one', 'two'])
    await openDocuments(store, () => {}).save('session', loginOf('1'))
    expect(await resumedAt()).toEqual([undefined, undefined])
    await hotReload.release()
  })

  test('is undefined without a store', () => {
    expect(setUp().hotReload.cursorOf({ ...loginOf('1'), cursor: '' })).toBeUndefined()
  })
})

describe('a store with a custom journal', () => {
  test('receives the token of its lock with every write, and is unlocked after its journal has been closed', async () => {
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
    const { hotReload } = setUp()
    await hotReload.use(store)
    expect(existsSync(store.journalFile)).toBe(false)
    await hotReload.begin(identityOf('1', 'sid'), '@1', same)
    expect(hotReload.journal).toBe(store.journal)
    await hotReload.save()
    await hotReload.quarantineLogin('no reason')
    await hotReload.release()
    const token = { token: '7' }
    expect(steps).toEqual([['open', '7'], ['save', token], ['set aside', token], 'close', 'unlock'])
  })

  test('falls back to its journal file when openJournal resolves to undefined', async () => {
    const path = join(folder(), 'journal')
    const store = Object.assign(new MemorySessionStore(), { journalFile: path, openJournal: async () => undefined })
    const { hotReload } = setUp()
    await hotReload.use(store)
    expect(existsSync(path)).toBe(true)
    await hotReload.release()
  })

  test.each([
    ['opened', 'use'],
    ['updated for the session', 'begin'],
  ] as const)(
    'is unlocked, and a FileError with its name is thrown, when its journal cannot be %s',
    async (action, step) => {
      const steps: string[] = []
      const fail = async () => Promise.reject(new Error('no connection'))
      const store = Object.assign(new MemorySessionStore(), {
        openJournal: async () => (step === 'use' ? fail() : Object.assign(new MemoryJournal(), { begin: fail })),
        lock: async () => async () => void steps.push('unlock'),
      })
      const { hotReload } = setUp()
      const failure = await failureOf(
        (async () => {
          await hotReload.use(store)
          await hotReload.begin(identityOf('1', 'sid'), '@1', same)
        })(),
      )
      expect(failure).toBeInstanceOf(FileError)
      expect(String(failure)).toContain(`The journal of ${store.place} could not be ${action}: no connection`)
      await hotReload.release()
      expect(steps).toEqual(['unlock'])
    },
  )

  test('has its journal closed if the journal opens after the login has been canceled', async () => {
    const [opening, opened, closed] = [gate(), gate(), gate()]
    const abort = new AbortController()
    const store = Object.assign(new MemorySessionStore(), {
      openJournal: async () => {
        opening.open()
        await opened.opened
        return Object.assign(new MemoryJournal(), { close: async () => closed.open() })
      },
    })
    const { hotReload } = setUp()
    const failure = failureOf(hotReload.use(store, abort.signal))
    await opening.opened
    abort.abort(new Error('enough'))
    expect(await failure).toEqual(new Error('enough'))
    opened.open()
    await closed.opened
  })

  test('drops messages for another account and emits an event when the journal has no setAside', async () => {
    const store = new MemoryJournalStore()
    const { hotReload, quarantined } = setUp()
    await hotReload.use(store)
    await hotReload.begin(identityOf('1', 'sid'), '@1', same)
    await hotReload.journal?.add([{ id: '7', chat: '@f', timeMs: 0, sent: {}, by: '' }], CURSOR)
    await hotReload.begin(identityOf('2', 'sid'), '@2', same)
    expect([quarantined, hotReload.journal?.size, hotReload.journal?.owner?.account]).toEqual([
      ['journal', 'nowhere'],
      0,
      '2',
    ])
    await hotReload.release()
  })

  test('is unlocked, and the error is reported, when waiting for its handlers fails', async () => {
    const steps: string[] = []
    const lock = async () => async () => void steps.push('unlock')
    const store = Object.assign(new MemoryJournalStore(), { lock })
    const { hotReload, errors } = setUp()
    await hotReload.use(store)
    await hotReload.begin(identityOf('1', 'sid'), '@1', same)
    const [received] = await store.journal.add([{ id: '7', chat: '@f', timeMs: 0, sent: {}, by: '' }], CURSOR)
    await store.journal.started(received?.n ?? 0, received?.term ?? 0, false)
    store.journal.idle = () => Promise.reject(new Error('no connection'))
    await hotReload.release()
    await expect.poll(() => steps).toEqual(['unlock'])
    expect(String(errors)).toContain('no connection')
  })

  test('is unlocked, and the lost lock is reported, even when discard throws', async () => {
    const [lost, steps] = [new AbortController(), [] as string[]]
    const store = Object.assign(new MemoryJournalStore(), {
      lock: async () => ({ unlock: async () => void steps.push('unlock'), lost: lost.signal }),
    })
    const { hotReload } = setUp({ onLost: () => void steps.push('lost') })
    await hotReload.use(store)
    store.journal.discard = () => {
      throw new Error('no connection')
    }
    lost.abort()
    await expect.poll(() => steps.sort()).toEqual(['lost', 'unlock'])
  })
})

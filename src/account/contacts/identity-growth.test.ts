import { randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { entryOf } from '../../../test/support/contact.js'
import { ManualClock } from '../../../test/support/manual-clock.js'
import type { ContactActions } from '../../contact/actions.js'
import { Emitter } from '../../util/emitter.js'
import { type Seal, sealWith } from '../../util/seal.js'
import type { ItchatEvents } from '../events.js'
import { Documents, type Quarantined } from '../persistence/documents.js'
import { FileSessionStore } from '../persistence/file-session-store.js'
import { MemorySessionStore } from '../persistence/memory-session-store.js'
import type { SessionStore } from '../persistence/session-store.js'
import { ContactBook } from './contact-book.js'
import { ContactChanges } from './contact-changes.js'
import { IdentityKeeper } from './identity-keeper.js'

const UIN = '1'
const FRIENDS = 200

function folder(): string {
  const place = mkdtempSync(join(tmpdir(), 'itchat-identities-'))
  onTestFinished(() => rmSync(place, { recursive: true, force: true }))
  return place
}

/** One run of a program: a contact book and its identities. */
function run(store: SessionStore, { seal, clock = new ManualClock() }: { seal?: Seal; clock?: ManualClock } = {}) {
  const [errors, quarantined]: [unknown[], Quarantined[]] = [[], []]
  const settings = { needsFormerNames: false }
  const emitter = new Emitter<ItchatEvents>(() => {})
  const book: ContactBook = new ContactBook({} as ContactActions, { onForgotten: (contact) => keeper.release(contact) })
  const keeper: IdentityKeeper = new IdentityKeeper({
    clock,
    book,
    emitter,
    onError: (error) => errors.push(error),
    session: () => 'sid',
    needsFormerNames: () => settings.needsFormerNames,
  })
  book.reset(entryOf({ UserName: '@self', NickName: 'me' }))
  const documents = new Documents({ store, sealFor: () => seal, onQuarantined: (file) => quarantined.push(file) })
  return {
    errors,
    quarantined,
    book,
    keeper,
    clock,
    settings,
    documents,
    /** Releases the store. */
    async close() {
      await keeper.written()
      keeper.saveTo(undefined)
      await documents.close()
    },
    async begin() {
      keeper.saveTo(documents)
      await keeper.begin(UIN)
      for (let n = 0; n < FRIENDS; n++) book.apply(entryOf({ UserName: `@f${n}`, NickName: `F${n}`, ContactFlag: 1 }))
      keeper.settleAll()
      await keeper.written()
    },
    /** Applies new contact fields, as sent by the server. */
    change(fields: object) {
      const events = new ContactChanges()
      book.apply(entryOf(fields), events)
      keeper.settle(events.changed)
    },
    puids: (...names: string[]) => names.map((name) => keeper.of(book.get(name) as never).puid),
  }
}

const fileStore = (place = folder()) => new FileSessionStore(join(place, 'state.json'))
const changesIn = (store: FileSessionStore) => statSync(store.identityChangesFile).size

describe('50 contacts that change one after another', () => {
  test('are appended to a separate file', async () => {
    const store = fileStore()
    const first = run(store)
    await first.begin()
    const whole = readFileSync(`${store.place}.identities`, 'utf8')
    const before = changesIn(store)
    for (let n = 0; n < 50; n++) {
      first.change({ UserName: `@f${n}`, NickName: `G${n}` })
      await new Promise((resolve) => setImmediate(resolve))
    }
    // The document has not been rewritten yet.
    expect(readFileSync(`${store.place}.identities`, 'utf8')).toBe(whole)
    expect(before).toBe(0)
    await until(() => changesIn(store) > 50 * 100)
    expect(changesIn(store)).toBeLessThan(50 * 500)
    await first.close()
    expect(changesIn(store)).toBe(0)
    expect(first.errors).toEqual([])
  })

  test('are saved to a custom store in two full writes, immediately and five seconds later', async () => {
    let saves = 0
    class Counting extends MemorySessionStore {
      override async save(document: 'session' | 'identities', content: string) {
        saves++
        await super.save(document, content)
      }
    }
    const clock = new ManualClock()
    const first = run(new Counting(), { clock })
    await first.begin()
    await clock.advance(5_000)
    saves = 0
    for (let n = 0; n < 50; n++) {
      first.change({ UserName: `@f${n}`, NickName: `G${n}` })
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(saves).toBe(1)
    await clock.advance(5_000)
    expect(saves).toBe(2)
    first.change({ UserName: '@f1', NickName: 'H' })
    await first.close()
    expect(saves).toBe(3)
    expect(clock.waiting).toBe(0)
  })

  test('are not written if their identities stay the same', async () => {
    const store = fileStore()
    const first = run(store)
    await first.begin()
    for (let n = 0; n < 50; n++) first.change({ UserName: `@f${n}`, Signature: `${n}` })
    await new Promise((resolve) => setImmediate(resolve))
    expect(changesIn(store)).toBe(0)
    await first.close()
    expect(changesIn(store)).toBe(0)
  })
})

describe.each<[string, Seal | undefined]>([
  ['unencrypted', undefined],
  ['encrypted', sealWith(randomBytes(32), 'identities')],
])('changes saved %s', (_, seal) => {
  const options = seal ? { seal } : {}

  test('survive a kill at any byte offset, and no file is quarantined', async () => {
    const place = folder()
    const first = run(fileStore(place), options)
    await first.begin()
    for (let n = 0; n < 4; n++) {
      // Wait for the write, so that each change is written separately.
      const before = changesIn(fileStore(place))
      first.change({ UserName: `@s${n}`, NickName: `S${n}` })
      await until(() => changesIn(fileStore(place)) > before)
    }
    const puids = first.puids('@s0', '@s1', '@s2', '@s3')
    const size = changesIn(fileStore(place))
    const text = readFileSync(fileStore(place).identityChangesFile)
    for (let at = 0; at <= size; at += Math.max(1, Math.floor(size / 14))) {
      const copy = folder()
      cpSync(place, copy, { recursive: true })
      const store = fileStore(copy)
      truncateSync(store.identityChangesFile, at)
      const next = run(store, options)
      next.keeper.saveTo(next.documents)
      await next.keeper.begin(UIN)
      for (let n = 0; n < 4; n++) next.book.apply(entryOf({ UserName: `@s${n}`, NickName: `S${n}` }))
      next.keeper.settleAll()
      const whole = text.subarray(0, at).filter((byte) => byte === 0x0a).length
      expect(next.puids('@s0', '@s1', '@s2', '@s3').map((puid, n) => puid === puids[n])).toEqual(
        [0, 1, 2, 3].map((n) => n < whole),
      )
      // The next change starts a new line.
      next.change({ UserName: '@s9', NickName: 'S9' })
      await next.close()
      expect([next.errors, next.quarantined, changesIn(store)]).toEqual([[], [], 0])
    }
    if (seal) expect(text.toString()).not.toContain('nickName')
    await first.close()
  })

  test('can be applied again after a kill between the full write and the removal of the changes', async () => {
    const place = folder()
    const store = fileStore(place)
    const first = run(store, options)
    await first.begin()
    first.change({ UserName: '@s0', NickName: 'S0' })
    await until(() => changesIn(store) > 0)
    const changes = readFileSync(store.identityChangesFile)
    await first.close()
    writeFileSync(store.identityChangesFile, changes)
    const next = run(store, options)
    await next.begin()
    next.change({ UserName: '@s0', NickName: 'S0' })
    expect(next.puids('@s0', '@f7')).toEqual(first.puids('@s0', '@f7'))
    await next.close()
    expect(next.quarantined).toEqual([])
  })
})

test('reads a document from an earlier version and keeps the friends in it', async () => {
  const store = fileStore()
  const legacy = (n: number) => ({
    puid: `${n}`.padStart(16, '0'),
    kind: 'user',
    userName: `@old${n}`,
    uin: '',
    id: '',
    alias: '',
    remark: `R${n}`,
    nickName: `F${n}`,
    seenAt: n,
    certain: true,
    doubt: '',
  })
  const documents = new Documents({ store, sealFor: () => undefined, onQuarantined() {} })
  // More than the limit for strangers; the friends are the least recently seen.
  await documents.save('identities', { accounts: { [UIN]: Array.from({ length: 12_000 }, (_, n) => legacy(n)) } })
  const first = run(store)
  first.keeper.saveTo(documents)
  await first.keeper.begin(UIN)
  for (let n = 0; n < FRIENDS; n++) {
    first.book.apply(entryOf({ UserName: `@f${n}`, NickName: `F${n}`, RemarkName: `R${n}`, ContactFlag: 1 }))
  }
  first.keeper.settleAll()
  expect(first.puids('@f0', '@f199')).toEqual([legacy(0).puid, legacy(199).puid])
  await first.close()
  const kept = JSON.parse(readFileSync(`${store.place}.identities`, 'utf8')).content.accounts[UIN]
  expect(kept).toHaveLength(10_000 + FRIENDS + 1)
})

test('quarantines unreadable lines and applies the readable ones', async () => {
  const store = fileStore()
  const first = run(store)
  await first.begin()
  first.change({ UserName: '@s0', NickName: 'S0' })
  await until(() => changesIn(store) > 0)
  const changes = readFileSync(store.identityChangesFile, 'utf8')
  const puids = first.puids('@s0')
  await first.close()
  writeFileSync(store.identityChangesFile, `damaged\n${changes}`)
  const next = run(store)
  await next.begin()
  next.change({ UserName: '@s0', NickName: 'S0' })
  expect(next.puids('@s0')).toEqual(puids)
  expect(next.quarantined).toMatchObject([{ what: 'identities', reason: '1 of its lines could not be read' }])
  await next.close()
})

test('reports a full disk once and writes everything when space is available again', async () => {
  class Full extends MemorySessionStore {
    isFull = false
    override async save(document: 'session' | 'identities', content: string) {
      if (this.isFull) throw new Error('ENOSPC')
      await super.save(document, content)
    }
  }
  const store = new Full()
  const first = run(store)
  await first.begin()
  store.isFull = true
  for (let n = 0; n < 5; n++) {
    first.change({ UserName: `@s${n}`, NickName: `S${n}` })
    await first.keeper.written()
  }
  expect(first.errors).toHaveLength(1)
  store.isFull = false
  await first.close()
  expect(await store.load('identities')).toContain('S4')
})

test('remembers at most 10,000 strangers and writes less than 1,000 bytes to disk for each', async () => {
  const store = fileStore()
  let saved = 0
  const { save } = store
  store.save = (document, content) => {
    saved += content.length
    return save.call(store, document, content)
  }
  const first = run(store)
  await first.begin()
  const friend = first.puids('@f3')
  saved = 0
  const count = 10_600
  for (let n = 0; n < count; n++) {
    first.change({ UserName: `@s${n}`, NickName: `S${n}` })
    if (n % 200 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await first.close()
  const kept = JSON.parse(readFileSync(`${store.place}.identities`, 'utf8')).content.accounts[UIN]
  // This account counts as a friend.
  expect(kept).toHaveLength(10_000 + FRIENDS + 1)
  expect(saved / count).toBeLessThan(1_000)
  expect(first.puids('@f3')).toEqual(friend)
  expect(first.errors).toEqual([])
})

test('an evicted stranger keeps its puid when it returns', async () => {
  const first = run(new MemorySessionStore())
  await first.begin()
  first.change({ UserName: '@s', NickName: 'S' })
  const before = first.puids('@s')
  for (let n = 0; n < 5_000; n++) first.change({ UserName: `@t${n}`, NickName: `T${n}` })
  expect(first.book.get('@s')).toBeUndefined()
  first.change({ UserName: '@s', NickName: 'S' })
  expect(first.puids('@s')).toEqual(before)
  await first.close()
})

test('retries a failed write with back-off, even without further changes', async () => {
  let isFull = false
  class Full extends MemorySessionStore {
    override async save(document: 'session' | 'identities', content: string) {
      if (isFull) throw new Error('ENOSPC')
      await super.save(document, content)
    }
  }
  const [store, clock] = [new Full(), new ManualClock()]
  const first = run(store, { clock })
  await first.begin()
  await clock.advance(5_000)
  isFull = true
  first.change({ UserName: '@s0', NickName: 'S0' })
  await until(() => first.errors.length > 0)
  isFull = false
  await clock.advance(10_000)
  expect(await store.load('identities')).toContain('S0')
  await first.close()
  expect(first.errors).toHaveLength(1)
})

test('writes nothing while former UserNames are needed, and everything afterwards', async () => {
  const place = folder()
  const store = fileStore(place)
  const first = run(store)
  await first.begin()
  const readFiles = () => ['', '.changes'].map((suffix) => readFileSync(`${store.place}.identities${suffix}`, 'utf8'))
  const before = readFiles()
  first.settings.needsFormerNames = true
  for (let n = 0; n < 3; n++) first.change({ UserName: `@f${n}`, NickName: `G${n}` })
  await first.keeper.written()
  // Changes from an ended session are not written either.
  await first.keeper.begin(UIN)
  first.book.apply(entryOf({ UserName: '@s0', NickName: 'S0' }))
  first.keeper.settleAll()
  await first.keeper.written()
  expect(readFiles()).toEqual(before)
  first.settings.needsFormerNames = false
  const puids = first.puids('@f0', '@f2', '@s0')
  await first.close()
  const next = run(fileStore(place))
  await next.begin()
  next.book.apply(entryOf({ UserName: '@f0', NickName: 'G0' }))
  next.book.apply(entryOf({ UserName: '@f2', NickName: 'G2' }))
  next.change({ UserName: '@s0', NickName: 'S0' })
  expect(next.puids('@f0', '@f2', '@s0')).toEqual(puids)
  await next.close()
})

describe('with a key that was set later or changed', () => {
  const [key, other] = [sealWith(randomBytes(32), 'identities'), sealWith(randomBytes(32), 'identities')]

  /** Returns the store of a run that was killed after a change. */
  async function killedAfterChange(seal: Seal | undefined) {
    const place = folder()
    const store = fileStore(place)
    const first = run(store, seal ? { seal } : {})
    await first.begin()
    first.change({ UserName: '@s0', NickName: 'S0' })
    await until(() => changesIn(store) > 0)
    const puids = first.puids('@s0')
    const copy = folder()
    cpSync(place, copy, { recursive: true })
    await first.close()
    return { store: fileStore(copy), puids }
  }

  const contentOf = (store: FileSessionStore) =>
    ['', '.changes'].map((suffix) => readFileSync(`${store.place}.identities${suffix}`, 'utf8'))

  test('reads unencrypted changes and leaves no unencrypted data', async () => {
    const { store, puids } = await killedAfterChange(undefined)
    const next = run(store, { seal: key })
    await next.begin()
    next.change({ UserName: '@s0', NickName: 'S0' })
    expect(next.puids('@s0')).toEqual(puids)
    await next.close()
    expect(contentOf(store).join()).not.toContain('nickName')
    expect([next.errors, next.quarantined]).toEqual([[], []])
  })

  test.each([
    ['a missing key', undefined, ['', '.changes']],
    ['the wrong key', other, ['', '.changes']],
    ['a missing key if only changes were saved', undefined, ['.changes']],
    ['the wrong key if only changes were saved', other, ['.changes']],
  ])('reports %s and does not change the files', async (_, seal, suffixes) => {
    const { store } = await killedAfterChange(key)
    if (!suffixes.includes('')) rmSync(`${store.place}.identities`)
    const readFiles = () => suffixes.map((suffix) => readFileSync(`${store.place}.identities${suffix}`, 'utf8'))
    const before = readFiles()
    const next = run(store, seal ? { seal } : {})
    await next.begin()
    await next.close()
    expect(next.errors).toMatchObject([{ name: 'ArgumentError', argument: 'ITCHAT_STATE_KEY' }])
    expect([readFiles(), next.quarantined]).toEqual([before, []])
  })
})

/** Resolves when the condition is true. Checks it in each turn of the event loop. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

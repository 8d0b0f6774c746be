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

/** One run of a program: a book, and who is who in it. */
function run(store: SessionStore, { seal, clock = new ManualClock() }: { seal?: Seal; clock?: ManualClock } = {}) {
  const [errors, asides]: [unknown[], Quarantined[]] = [[], []]
  const settings = { needsFormerNames: false }
  const emitter = new Emitter<ItchatEvents>(() => {})
  const book: ContactBook = new ContactBook({} as ContactActions, { onForgotten: (one) => keeper.release(one) })
  const keeper: IdentityKeeper = new IdentityKeeper({
    clock,
    book,
    emitter,
    onError: (error) => errors.push(error),
    session: () => 'sid',
    needsFormerNames: () => settings.needsFormerNames,
  })
  book.reset(entryOf({ UserName: '@self', NickName: 'me' }))
  const documents = new Documents({ store, sealFor: () => seal, onQuarantined: (aside) => asides.push(aside) })
  return {
    errors,
    asides,
    book,
    keeper,
    clock,
    settings,
    documents,
    /** Gives the store back. */
    async close() {
      await keeper.written()
      keeper.keepIn(undefined)
      await documents.close()
    },
    async begin() {
      keeper.keepIn(documents)
      await keeper.begin(UIN)
      for (let n = 0; n < FRIENDS; n++) book.apply(entryOf({ UserName: `@f${n}`, NickName: `F${n}`, ContactFlag: 1 }))
      keeper.settleAll()
      await keeper.written()
    },
    /** One contact is described anew. */
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
  test('in files: each is written by itself', async () => {
    const store = fileStore()
    const one = run(store)
    await one.begin()
    const whole = readFileSync(`${store.place}.identities`, 'utf8')
    const before = changesIn(store)
    for (let n = 0; n < 50; n++) {
      one.change({ UserName: `@f${n}`, NickName: `G${n}` })
      await new Promise((resolve) => setImmediate(resolve))
    }
    // Nothing was folded in yet.
    expect(readFileSync(`${store.place}.identities`, 'utf8')).toBe(whole)
    expect(before).toBe(0)
    await passes(() => changesIn(store) > 50 * 100)
    expect(changesIn(store)).toBeLessThan(50 * 500)
    await one.close()
    expect(changesIn(store)).toBe(0)
    expect(one.errors).toEqual([])
  })

  test('in a store of one’s own: the whole is saved once at once, and once five seconds later', async () => {
    let saves = 0
    class Counting extends MemorySessionStore {
      override async save(document: 'session' | 'identities', content: string) {
        saves++
        await super.save(document, content)
      }
    }
    const clock = new ManualClock()
    const one = run(new Counting(), { clock })
    await one.begin()
    await clock.advance(5_000)
    saves = 0
    for (let n = 0; n < 50; n++) {
      one.change({ UserName: `@f${n}`, NickName: `G${n}` })
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(saves).toBe(1)
    await clock.advance(5_000)
    expect(saves).toBe(2)
    one.change({ UserName: '@f1', NickName: 'H' })
    await one.close()
    expect(saves).toBe(3)
    expect(clock.waiting).toBe(0)
  })

  test('what is the same as before is not written', async () => {
    const store = fileStore()
    const one = run(store)
    await one.begin()
    for (let n = 0; n < 50; n++) one.change({ UserName: `@f${n}`, Signature: `${n}` })
    await new Promise((resolve) => setImmediate(resolve))
    expect(changesIn(store)).toBe(0)
    await one.close()
    expect(changesIn(store)).toBe(0)
  })
})

describe.each<[string, Seal | undefined]>([
  ['as they are', undefined],
  ['sealed', sealWith(randomBytes(32), 'identities')],
])('changes kept %s', (_, seal) => {
  const options = seal ? { seal } : {}

  test('survive a kill at any byte: those before it are known, and nothing is set aside', async () => {
    const place = folder()
    const one = run(fileStore(place), options)
    await one.begin()
    for (let n = 0; n < 4; n++) {
      one.change({ UserName: `@s${n}`, NickName: `S${n}` })
      // Each in a write of its own.
      const before = changesIn(fileStore(place))
      await passes(() => changesIn(fileStore(place)) > before)
    }
    const puids = one.puids('@s0', '@s1', '@s2', '@s3')
    const size = changesIn(fileStore(place))
    const text = readFileSync(fileStore(place).identityChangesFile)
    for (let at = 0; at <= size; at += Math.max(1, Math.floor(size / 14))) {
      const copy = folder()
      cpSync(place, copy, { recursive: true })
      const store = fileStore(copy)
      truncateSync(store.identityChangesFile, at)
      const next = run(store, options)
      next.keeper.keepIn(next.documents)
      await next.keeper.begin(UIN)
      for (let n = 0; n < 4; n++) next.book.apply(entryOf({ UserName: `@s${n}`, NickName: `S${n}` }))
      next.keeper.settleAll()
      const whole = text.subarray(0, at).filter((byte) => byte === 0x0a).length
      expect(next.puids('@s0', '@s1', '@s2', '@s3').map((puid, n) => puid === puids[n])).toEqual(
        [0, 1, 2, 3].map((n) => n < whole),
      )
      // What comes next starts a line of its own.
      next.change({ UserName: '@s9', NickName: 'S9' })
      await next.close()
      expect([next.errors, next.asides, changesIn(store)]).toEqual([[], [], 0])
    }
    if (seal) expect(text.toString()).not.toContain('nickName')
    await one.close()
  })

  test('are known when the process died between the whole and the end of its changes', async () => {
    const place = folder()
    const store = fileStore(place)
    const one = run(store, options)
    await one.begin()
    one.change({ UserName: '@s0', NickName: 'S0' })
    await passes(() => changesIn(store) > 0)
    const changes = readFileSync(store.identityChangesFile)
    await one.close()
    writeFileSync(store.identityChangesFile, changes)
    const next = run(store, options)
    await next.begin()
    next.change({ UserName: '@s0', NickName: 'S0' })
    expect(next.puids('@s0', '@f7')).toEqual(one.puids('@s0', '@f7'))
    await next.close()
    expect(next.asides).toEqual([])
  })
})

test('the document of an earlier version is read, and who is a friend in it stays', async () => {
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
  // More than strangers there is room for; the friends were seen first.
  await documents.save('identities', { accounts: { [UIN]: Array.from({ length: 12_000 }, (_, n) => legacy(n)) } })
  const one = run(store)
  one.keeper.keepIn(documents)
  await one.keeper.begin(UIN)
  for (let n = 0; n < FRIENDS; n++) {
    one.book.apply(entryOf({ UserName: `@f${n}`, NickName: `F${n}`, RemarkName: `R${n}`, ContactFlag: 1 }))
  }
  one.keeper.settleAll()
  expect(one.puids('@f0', '@f199')).toEqual([legacy(0).puid, legacy(199).puid])
  await one.close()
  const kept = JSON.parse(readFileSync(`${store.place}.identities`, 'utf8')).content.accounts[UIN]
  expect(kept).toHaveLength(10_000 + FRIENDS + 1)
})

test('lines that cannot be read are kept beside, the others are used', async () => {
  const store = fileStore()
  const one = run(store)
  await one.begin()
  one.change({ UserName: '@s0', NickName: 'S0' })
  await passes(() => changesIn(store) > 0)
  const changes = readFileSync(store.identityChangesFile, 'utf8')
  const puids = one.puids('@s0')
  await one.close()
  writeFileSync(store.identityChangesFile, `damaged\n${changes}`)
  const next = run(store)
  await next.begin()
  next.change({ UserName: '@s0', NickName: 'S0' })
  expect(next.puids('@s0')).toEqual(puids)
  expect(next.asides).toMatchObject([{ what: 'identities', reason: '1 of its lines could not be read' }])
  await next.close()
})

test('a disk that is full is reported once, and everything is written when there is room', async () => {
  class Full extends MemorySessionStore {
    isFull = false
    override async save(document: 'session' | 'identities', content: string) {
      if (this.isFull) throw new Error('ENOSPC')
      await super.save(document, content)
    }
  }
  const store = new Full()
  const one = run(store)
  await one.begin()
  store.isFull = true
  for (let n = 0; n < 5; n++) {
    one.change({ UserName: `@s${n}`, NickName: `S${n}` })
    await one.keeper.written()
  }
  expect(one.errors).toHaveLength(1)
  store.isFull = false
  await one.close()
  expect(await store.load('identities')).toContain('S4')
})

test('strangers in any number: 10,000 are known, and each costs the disk a few hundred bytes', async () => {
  const store = fileStore()
  let saved = 0
  const { save } = store
  store.save = (document, content) => {
    saved += content.length
    return save.call(store, document, content)
  }
  const one = run(store)
  await one.begin()
  const friend = one.puids('@f3')
  saved = 0
  const count = 10_600
  for (let n = 0; n < count; n++) {
    one.change({ UserName: `@s${n}`, NickName: `S${n}` })
    if (n % 200 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await one.close()
  const kept = JSON.parse(readFileSync(`${store.place}.identities`, 'utf8')).content.accounts[UIN]
  // Oneself among the friends.
  expect(kept).toHaveLength(10_000 + FRIENDS + 1)
  expect(saved / count).toBeLessThan(1_000)
  expect(one.puids('@f3')).toEqual(friend)
  expect(one.errors).toEqual([])
})

test('a stranger that the book forgot is the same one when it comes back', async () => {
  const one = run(new MemorySessionStore())
  await one.begin()
  one.change({ UserName: '@s', NickName: 'S' })
  const before = one.puids('@s')
  for (let n = 0; n < 5_000; n++) one.change({ UserName: `@t${n}`, NickName: `T${n}` })
  expect(one.book.get('@s')).toBeUndefined()
  one.change({ UserName: '@s', NickName: 'S' })
  expect(one.puids('@s')).toEqual(before)
  await one.close()
})

test('a store that failed is tried again with back-off, without further changes', async () => {
  let isFull = false
  class Full extends MemorySessionStore {
    override async save(document: 'session' | 'identities', content: string) {
      if (isFull) throw new Error('ENOSPC')
      await super.save(document, content)
    }
  }
  const [store, clock] = [new Full(), new ManualClock()]
  const one = run(store, { clock })
  await one.begin()
  await clock.advance(5_000)
  isFull = true
  one.change({ UserName: '@s0', NickName: 'S0' })
  await passes(() => one.errors.length > 0)
  isFull = false
  await clock.advance(10_000)
  expect(await store.load('identities')).toContain('S0')
  await one.close()
  expect(one.errors).toHaveLength(1)
})

test('while former UserNames are needed nothing on the disk changes; then everything is written', async () => {
  const place = folder()
  const store = fileStore(place)
  const one = run(store)
  await one.begin()
  const look = () => ['', '.changes'].map((suffix) => readFileSync(`${store.place}.identities${suffix}`, 'utf8'))
  const before = look()
  one.settings.needsFormerNames = true
  for (let n = 0; n < 3; n++) one.change({ UserName: `@f${n}`, NickName: `G${n}` })
  await one.keeper.written()
  // Also what a session left that is over.
  await one.keeper.begin(UIN)
  one.book.apply(entryOf({ UserName: '@s0', NickName: 'S0' }))
  one.keeper.settleAll()
  await one.keeper.written()
  expect(look()).toEqual(before)
  one.settings.needsFormerNames = false
  const puids = one.puids('@f0', '@f2', '@s0')
  await one.close()
  const next = run(fileStore(place))
  await next.begin()
  next.book.apply(entryOf({ UserName: '@f0', NickName: 'G0' }))
  next.book.apply(entryOf({ UserName: '@f2', NickName: 'G2' }))
  next.change({ UserName: '@s0', NickName: 'S0' })
  expect(next.puids('@f0', '@f2', '@s0')).toEqual(puids)
  await next.close()
})

describe('a key that is set later or changed', () => {
  const [key, other] = [sealWith(randomBytes(32), 'identities'), sealWith(randomBytes(32), 'identities')]

  /** A run that was killed after a change. */
  async function killedAfterChange(seal: Seal | undefined) {
    const place = folder()
    const store = fileStore(place)
    const one = run(store, seal ? { seal } : {})
    await one.begin()
    one.change({ UserName: '@s0', NickName: 'S0' })
    await passes(() => changesIn(store) > 0)
    const puids = one.puids('@s0')
    const copy = folder()
    cpSync(place, copy, { recursive: true })
    await one.close()
    return { store: fileStore(copy), puids }
  }

  const contentOf = (store: FileSessionStore) =>
    ['', '.changes'].map((suffix) => readFileSync(`${store.place}.identities${suffix}`, 'utf8'))

  test('changes in the clear are known, and nothing stays in the clear', async () => {
    const { store, puids } = await killedAfterChange(undefined)
    const next = run(store, { seal: key })
    await next.begin()
    next.change({ UserName: '@s0', NickName: 'S0' })
    expect(next.puids('@s0')).toEqual(puids)
    await next.close()
    expect(contentOf(store).join()).not.toContain('nickName')
    expect([next.errors, next.asides]).toEqual([[], []])
  })

  test.each([
    ['missing', undefined, ['', '.changes']],
    ['another one', other, ['', '.changes']],
    ['missing, for the changes alone', undefined, ['.changes']],
    ['another one, for the changes alone', other, ['.changes']],
  ])('a key that is %s is reported, and the files stay as they are', async (_, seal, suffixes) => {
    const { store } = await killedAfterChange(key)
    if (!suffixes.includes('')) rmSync(`${store.place}.identities`)
    const look = () => suffixes.map((suffix) => readFileSync(`${store.place}.identities${suffix}`, 'utf8'))
    const before = look()
    const next = run(store, seal ? { seal } : {})
    await next.begin()
    await next.close()
    expect(next.errors).toMatchObject([{ name: 'ArgumentError', argument: 'ITCHAT_STATE_KEY' }])
    expect([look(), next.asides]).toEqual([before, []])
  })
})

/** Until a file is as expected: it is written in turns of the event loop. */
async function passes(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { failureOf, gate } from '../../../test/support/gate.js'
import { FileError } from '../../errors.js'
import { FileSessionStore } from './file-session-store.js'
import { HotReload, type SavedLogin } from './hot-reload.js'
import type { Received } from './journal-record.js'
import { MemorySessionStore } from './memory-session-store.js'
import type { StoredDocument } from './session-store.js'

const CURSOR = 'position'
const same = (received: Received) => received
const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))
const loginOf = (uin: string) =>
  ({ session: { uin }, user: { UserName: `@${uin}` }, chatrooms: [] }) as unknown as SavedLogin

function hotReload() {
  const scene = { uin: '1', errors: [] as unknown[], asides: [] as string[] }
  const kept = new HotReload({
    login: () => loginOf(scene.uin),
    keepSecret: () => {},
    onSetAside: ({ what, keptAs }) => void scene.asides.push(what, keptAs),
    onError: (error) => void scene.errors.push(error),
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
  await scene.kept.begin('1', 'sid', '@1', same)
  await scene.kept.save()
  await scene.kept.use(new FileSessionStore(join(folder(), 'other.json')))
  expect(await scene.kept.load()).toBeUndefined()
  scene.uin = '2'
  await scene.kept.begin('2', 'sid', '@2', same)
  await scene.kept.save()
  expect(scene.asides).toEqual([])
  scene.uin = '3'
  await scene.kept.begin('3', 'sid', '@3', same)
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
  for (const sid of ['a', 'b']) {
    await scene.kept.use(store())
    await scene.kept.begin('1', sid, '@1', same)
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
  scene.uin = '2'
  expect(await failureOf(scene.kept.begin('2', 'sid', '@2', same))).toBeInstanceOf(FileError)
  await scene.kept.save()
  expect(await store.load('session')).toBe(saved)
  isStuck = false
  await scene.kept.ready()
  await scene.kept.save()
  expect(scene.asides).toEqual(['session', 'nowhere'])
  expect(await store.load('session')).toContain('"uin":"2"')
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
    await scene.kept.begin('1', 'sid', '@1', same)
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
    await kept.begin('1', 'sid', '@1', same)
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
  expect(await failureOf(scene.kept.begin('1', 'sid', '@1', same))).toBeInstanceOf(FileError)
  for (let count = 0; count < 2; count++) expect(await failureOf(scene.kept.ready())).toBeInstanceOf(FileError)
  rmdirSync(`${store.journalFile}.new`)
  await scene.kept.ready()
  expect(scene.asides).toEqual(['journal', expect.any(String)])
  await scene.kept.release()
})

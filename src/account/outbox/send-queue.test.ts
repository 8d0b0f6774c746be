import { expect, test, vi } from 'vitest'
import { FileError, RefusedError } from '../../errors.js'
import { Documents, type Quarantined } from '../persistence/documents.js'
import { MemorySessionStore } from '../persistence/memory-session-store.js'
import type { QueuedMessage } from './queued-message.js'
import { SendQueue } from './send-queue.js'

function documentsIn(store: MemorySessionStore) {
  const quarantined: Quarantined[] = []
  const onQuarantined = (aside: Quarantined) => quarantined.push(aside)
  return { quarantined, documents: new Documents({ store, sealFor: () => undefined, onQuarantined }) }
}

/** A queue whose conversations are identified by the part of their names before the dot. */
function make({ perMessage = Number.POSITIVE_INFINITY }: { perMessage?: number } = {}) {
  const sent: [id: string, to: string][] = []
  const interrupted: QueuedMessage[] = []
  const dropped: QueuedMessage[] = []
  const errors: unknown[] = []
  const queue = new SendQueue({
    puid: (userName) => userName.split('.')[0] ?? '',
    async send(message, to, begin) {
      await begin()
      sent.push([message.kind === 'text' ? message.text : message.name, to])
      return false
    },
    isOpen: () => true,
    perMessage: () => perMessage,
    onInterrupted: (message) => interrupted.push(message),
    onDropped: (message) => dropped.push(message),
    onError: (error) => errors.push(error),
  })
  const add = (text: string, to: string) =>
    queue.sendOrAdd(
      to,
      async () => ({ kind: 'text', text, parts: [text] }),
      () => Promise.reject(new RefusedError('no', { ret: 1, endpoint: '', advice: '', reason: 'quota' })),
    )
  const receive = async (userName: string) => {
    queue.receivedFrom(userName)
    await queue.flushed(userName)
  }
  return { queue, sent, interrupted, dropped, errors, add, receive }
}

const names = (sent: readonly [string, string][]) => sent.map(([name]) => name)

test('a message is sent to the person it was written for, under the name that person has in the current session', async () => {
  const store = new MemorySessionStore()
  const first = make()
  await first.queue.begin('1', documentsIn(store).documents)
  await first.add('one', 'ann.@1')
  await first.add('two', 'bob.@2')
  const second = make()
  await second.queue.begin('1', documentsIn(store).documents)
  await second.receive('ann.@7')
  expect(second.sent).toEqual([['one', 'ann.@7']])
  await second.receive('ann.@7')
  await second.receive('bob.@2')
  expect(names(second.sent)).toEqual(['one', 'two'])
})

test('messages for another account are quarantined; those only in memory are dropped and reported', async () => {
  const store = new MemorySessionStore()
  const { documents, quarantined } = documentsIn(store)
  const stored = make()
  await stored.queue.begin('1', documents)
  await stored.add('one', 'ann')
  await stored.queue.begin('2', documents)
  await stored.receive('ann')
  expect([stored.sent, stored.dropped]).toEqual([[], []])
  expect(quarantined).toMatchObject([{ what: 'queue', reason: 'it belongs to another account' }])
  await stored.add('two', 'ann')
  await stored.receive('ann')
  expect(names(stored.sent)).toEqual(['two'])
  const inMemory = make()
  await inMemory.queue.begin('1', undefined)
  await inMemory.add('three', 'ann')
  await inMemory.queue.begin('1', undefined)
  expect(inMemory.dropped).toEqual([])
  await inMemory.queue.begin('2', undefined)
  await inMemory.receive('ann')
  expect([inMemory.sent, inMemory.dropped]).toMatchObject([[], [{ text: 'three' }]])
})

test('messages queued before hot reload is turned on are stored after those in the store', async () => {
  const store = new MemorySessionStore()
  const earlier = make()
  await earlier.queue.begin('1', documentsIn(store).documents)
  await earlier.add('one', 'ann')
  const { queue, sent, add, receive } = make()
  await queue.begin('1', undefined)
  await add('two', 'ann')
  await queue.begin('1', documentsIn(store).documents)
  expect(await store.load('queue')).toContain('two')
  await receive('ann')
  expect(names(sent)).toEqual(['one', 'two'])
})

test('a store that cannot be read is not overwritten: nothing is queued until it can be read', async () => {
  const store = new MemorySessionStore()
  const first = make()
  await first.queue.begin('1', documentsIn(store).documents)
  await first.add('one', 'ann')
  const load = vi.spyOn(store, 'load').mockRejectedValue(new Error('the disk is away'))
  const { queue, sent, errors, add, receive } = make()
  await queue.begin('1', documentsIn(store).documents)
  await expect(add('two', 'ann')).rejects.toBeInstanceOf(FileError)
  expect(errors).toHaveLength(1)
  load.mockRestore()
  expect(await store.load('queue')).toContain('one')
  await add('three', 'ann')
  await receive('ann')
  expect(names(sent)).toEqual(['one', 'three'])
})

test('unusable entries in a stored queue are ignored', async () => {
  const store = new MemorySessionStore()
  const { documents } = documentsIn(store)
  const usable = { id: '2', to: 'ann', puid: '', kind: 'file', path: '/x', name: 'x' }
  const messages = [
    null,
    7,
    { id: '1' },
    { ...usable, kind: 'sticker' },
    usable,
    { ...usable, id: '3', isSending: true },
  ]
  await documents.save('queue', { account: '1', messages })
  const { queue, sent, interrupted, receive } = make()
  await queue.begin('1', documents)
  expect(interrupted).toMatchObject([{ id: '3', isSending: true }])
  await receive('ann')
  expect(names(sent)).toEqual(['x'])
})

test('a process that is killed at any moment leaves each message to be sent once, or to be reported as interrupted', async () => {
  const moments: { stored: string | undefined; queued: string[]; sent: string[] }[] = []
  const store = new MemorySessionStore()
  const { queue, sent, add, receive } = make()
  const queued: string[] = []
  const snapshot = async () =>
    void moments.push({ stored: await store.load('queue'), queued: [...queued], sent: names(sent) })
  const save = store.save.bind(store)
  vi.spyOn(store, 'save').mockImplementation(async (document, content) => {
    await snapshot()
    await save(document, content)
    await snapshot()
  })
  await queue.begin('1', documentsIn(store).documents)
  for (const name of ['one', 'two', 'three']) {
    await add(name, 'ann')
    queued.push(name)
  }
  const push = sent.push.bind(sent)
  vi.spyOn(sent, 'push').mockImplementation((...items) => {
    void snapshot()
    const length = push(...items)
    void snapshot()
    return length
  })
  await receive('ann')
  await expect.poll(() => moments.length).toBeGreaterThan(20)
  for (const moment of moments) {
    const left = new MemorySessionStore()
    if (moment.stored !== undefined) await left.save('queue', moment.stored)
    const next = make()
    await next.queue.begin('1', documentsIn(left).documents)
    await next.receive('ann')
    const reported = next.interrupted.map((message) => message.kind === 'text' && message.text)
    const later = [...reported, ...names(next.sent)]
    expect(moment.sent.filter((name) => names(next.sent).includes(name))).toEqual([])
    expect([...new Set([...moment.sent, ...later])]).toEqual(expect.arrayContaining(moment.queued))
  }
})

test('after each received message, only as many are sent as leave room for a reply', async () => {
  const { queue, sent, add, receive } = make({ perMessage: 2 })
  await queue.begin('1', undefined)
  for (const text of ['1', '2', '3', '4', '5']) await add(text, 'a.1')
  await receive('a.1')
  expect(sent.map(([text]) => text)).toEqual(['1', '2'])
  await receive('a.1')
  await receive('a.1')
  expect(sent.map(([text]) => text)).toEqual(['1', '2', '3', '4', '5'])
})

test('waiting messages are sent when sending may have become possible', async () => {
  const { queue, sent, add } = make()
  await queue.begin('1', undefined)
  await add('1', 'a.1')
  await add('2', 'b.1')
  queue.resume()
  await queue.settled()
  expect(sent.map(([text]) => text).sort()).toEqual(['1', '2'])
})

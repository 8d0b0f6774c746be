import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ManualClock } from '../../../../test/support/manual-clock.js'
import type { Delivery, TransportEvent } from '../../../transport/batch.js'
import type { HttpReply, HttpRequest } from '../../http/http-client.js'
import type { Web } from '../api/call.js'
import { readCursor } from '../session/cursor.js'
import { Session } from '../session/session.js'
import type { SyncKey } from '../wire/sync.js'
import { EventReceiver } from './receive.js'

const keyOf = (position: number): SyncKey => ({ Count: 1, List: [{ Key: 1, Val: position }] })

/** Lets pending promise chains run to completion. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

/** Simulates a server that has a message after each position, and records the requests. */
function endlessServer(room: (signal: AbortSignal) => Promise<void> = async () => {}) {
  const clock = new ManualClock(0)
  const session = new Session('http://127.0.0.1:9')
  session.syncKey = keyOf(1)
  const requests: string[] = []
  /** Replies to the next requests, instead of messages. */
  const answers: { ret?: number; retcode?: number; failure?: Error }[] = []
  const send = async (call: HttpRequest, read = (reply: HttpReply): unknown => reply) => {
    call.signal?.throwIfAborted()
    const { ret = 0, retcode = 0, failure } = answers.shift() ?? {}
    if (failure) throw failure
    const reply = (text: string) => read({ status: 200, headers: {}, text })
    if (call.endpoint === 'synccheck') {
      requests.push('poll')
      return reply(`window.synccheck={retcode:"${retcode}",selector:"2"}`)
    }
    if (call.endpoint === 'webwxinit') {
      requests.push('start')
      return reply(JSON.stringify({ BaseResponse: { Ret: 0 }, User: { UserName: '@me' }, SyncKey: keyOf(50) }))
    }
    const { SyncKey } = call.json as { SyncKey: SyncKey }
    const position = SyncKey.List[0]?.Val ?? 0
    requests.push(`sync ${position}`)
    const body = {
      BaseResponse: { Ret: ret },
      AddMsgList: [{ MsgId: String(position) }],
      SyncKey: keyOf(position + 1),
      SyncCheckKey: keyOf(100 + position + 1),
    }
    return reply(JSON.stringify(body))
  }
  const web = { clock, session, http: { send } } as unknown as Web
  const stop = new AbortController()
  return { clock, session, requests, answers, stop, events: new EventReceiver(web, stop.signal, room) }
}

type Server = ReturnType<typeof endlessServer>

function deliveryIn({ value }: IteratorResult<TransportEvent, undefined>): Delivery {
  if (value?.kind !== 'batch') throw new Error(`expected a batch, found ${value?.kind}`)
  return value
}

async function nextKind({ events }: Server): Promise<string | undefined> {
  const { value } = await events.next()
  return value?.kind
}

/** Advances the clock by `ms`, then awaits `work`. */
async function nextWithin<T>({ clock }: Server, work: Promise<T>, ms: number): Promise<T> {
  for (let passed = 0; passed < ms; passed += 1_000) await clock.advance(1_000)
  return work
}

const unhandled: unknown[] = []
const onUnhandled = (error: unknown) => void unhandled.push(error)

beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  process.on('unhandledRejection', onUnhandled)
})
afterEach(async () => {
  await settled()
  process.off('unhandledRejection', onUnhandled)
  vi.restoreAllMocks()
  expect(unhandled.splice(0)).toEqual([])
})

describe('requests', () => {
  test('are not made before the first next()', async () => {
    const { requests } = endlessServer()
    await settled()
    expect(requests).toEqual([])
  })

  test('do not fetch a batch while there is no room, not even the first one', async () => {
    let makeRoom = () => {}
    const server = endlessServer(
      () =>
        new Promise((resolve) => {
          makeRoom = resolve
        }),
    )
    for (const [before, id] of [
      [['poll'], '1'],
      [['poll', 'sync 1', 'poll'], '2'],
    ] as const) {
      const next = server.events.next()
      await settled()
      expect(server.requests).toEqual(before)
      await server.clock.advance(3_600_000)
      expect(server.requests).toEqual(before)
      makeRoom()
      const delivery = deliveryIn(await next)
      expect(delivery.batch.messages).toMatchObject([{ id }])
      delivery.acknowledge()
    }
    await server.events.return()
  })
})

describe('the position', () => {
  test('advances once when a delivery is acknowledged', async () => {
    const server = endlessServer()
    const delivery = deliveryIn(await server.events.next())
    await settled()
    expect([server.session.syncKey, server.session.syncCheckKey]).toEqual([keyOf(1), undefined])
    expect([delivery.acknowledge(), delivery.acknowledge()]).toEqual([true, false])
    expect([server.session.syncKey, server.session.syncCheckKey]).toEqual([keyOf(2), keyOf(102)])
    await server.events.return()
  })

  test('is contained in the cursor of the batch', async () => {
    const server = endlessServer()
    const { batch } = deliveryIn(await server.events.next())
    expect(readCursor(batch.cursor)).toEqual({ syncKey: keyOf(2), syncCheckKey: keyOf(102) })
    await server.events.return()
  })

  test('does not change when a delivery is rejected: the loop goes offline and then delivers the batch again', async () => {
    const server = endlessServer()
    const failure = new Error('the disk is full')
    const rejected = deliveryIn(await server.events.next())
    rejected.reject(failure)
    expect((await server.events.next()).value).toEqual({ kind: 'offline', error: failure, retryInMs: 500 })
    expect(rejected.acknowledge()).toBe(false)
    const again = deliveryIn(await nextWithin(server, server.events.next(), 1_000))
    expect(again.batch.messages).toMatchObject([{ id: '1' }])
    expect(again.acknowledge()).toBe(true)
    expect(await nextKind(server)).toBe('online')
    await server.events.return()
  })

  test('does not change when the session has changed before the acknowledgement', async () => {
    const server = endlessServer()
    const delivery = deliveryIn(await server.events.next())
    server.session.reset()
    server.session.syncKey = keyOf(7)
    expect(delivery.acknowledge()).toBe(false)
    expect(server.session.syncKey).toEqual(keyOf(7))
    await server.events.return()
  })

  test('advances for a batch that is acknowledged after the account has stopped receiving', async () => {
    const server = endlessServer()
    const delivery = deliveryIn(await server.events.next())
    server.stop.abort(new Error('closed'))
    expect(delivery.acknowledge()).toBe(true)
    expect(server.session.syncKey).toEqual(keyOf(2))
  })
})

test('a delivery without progress for three minutes is aborted and repeated', async () => {
  const server = endlessServer()
  const slow = deliveryIn(await server.events.next())
  const next = server.events.next()
  await server.clock.advance(3 * 60_000)
  expect(slow.signal.aborted).toBe(false)
  await server.clock.advance(12_000)
  expect(slow.signal.aborted).toBe(true)
  expect((await next).value).toMatchObject({ kind: 'offline', error: { name: 'NetworkError' } })
  const again = deliveryIn(await nextWithin(server, server.events.next(), 1_000))
  expect(again.batch.messages).toMatchObject([{ id: '1' }])
  expect(again.signal.aborted).toBe(false)
  expect([again.acknowledge(), slow.acknowledge()]).toEqual([true, false])
  slow.reject(new Error('late'))
  await server.events.return()
})

describe('the order of events', () => {
  test('online follows the preceding offline and the batch fetched in between', async () => {
    const server = endlessServer()
    server.answers.push({ failure: new Error('reset') }, { failure: new Error('reset again') })
    const kinds: (string | undefined)[] = []
    while (kinds.length < 4) {
      const { value } = await nextWithin(server, server.events.next(), 3_000)
      if (value?.kind === 'batch') value.acknowledge()
      kinds.push(value?.kind)
    }
    expect(kinds).toEqual(['offline', 'offline', 'batch', 'online'])
    await server.events.return()
  })

  test('restarted follows a refused position and precedes the first batch from the new position', async () => {
    const server = endlessServer()
    server.answers.push({}, { ret: 1 }, { ret: 1 }, {}, { ret: 1 }, {})
    const kinds: (string | undefined)[] = []
    while (kinds.at(-1) !== 'batch') {
      kinds.push((await nextWithin(server, server.events.next(), 3_000)).value?.kind)
    }
    expect(kinds).toEqual(['offline', 'offline', 'offline', 'restarted', 'batch'])
    expect(server.requests.at(-1)).toBe('sync 50')
    await server.events.return()
  })

  test('ended is the last event', async () => {
    const server = endlessServer()
    server.answers.push({ retcode: 1100 }, { ret: 1101 })
    expect((await server.events.next()).value).toEqual({ kind: 'ended', reason: 'phone' })
    expect(await server.events.next()).toEqual({ done: true, value: undefined })
    expect(server.requests).toEqual(['poll', 'sync 1'])
  })

  test('an event is queued until next() is called', async () => {
    const server = endlessServer()
    const delivery = deliveryIn(await server.events.next())
    server.answers.push({ failure: new Error('reset') })
    delivery.acknowledge()
    await server.clock.advance(60_000)
    expect(server.requests).toEqual(['poll', 'sync 1', 'sync 2'])
    expect(await nextKind(server)).toBe('offline')
    expect(deliveryIn(await server.events.next()).batch.messages).toMatchObject([{ id: '2' }])
    await server.events.return()
  })
})

describe('the end', () => {
  test('an abort ends the iteration without an event and aborts the delivery', async () => {
    const server = endlessServer()
    const delivery = deliveryIn(await server.events.next())
    const waiting = [server.events.next(), server.events.next()]
    server.stop.abort(new Error('closed'))
    expect(await Promise.all(waiting)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ])
    expect(delivery.signal.aborted).toBe(true)
    delivery.reject(new Error('late'))
    expect(await server.events.next()).toEqual({ done: true, value: undefined })
    expect(server.clock.waiting).toBe(0)
  })

  test('an abort before the first event prevents all requests', async () => {
    const server = endlessServer()
    server.stop.abort(new Error('closed'))
    expect(await server.events.next()).toEqual({ done: true, value: undefined })
    expect(server.requests).toEqual([])
  })

  test('breaking out of the loop stops polling', async () => {
    const server = endlessServer()
    for await (const event of server.events) {
      if (event.kind === 'batch') event.acknowledge()
      break
    }
    const { length } = server.requests
    await server.clock.advance(3_600_000)
    expect(server.requests.length).toBe(length)
    expect(server.clock.waiting).toBe(0)
    expect(await server.events.next()).toEqual({ done: true, value: undefined })
  })

  test('a throw in the loop body stops polling', async () => {
    const server = endlessServer()
    const failure = new Error('handler failed')
    const loop = async () => {
      for await (const _ of server.events) throw failure
    }
    await expect(loop()).rejects.toBe(failure)
    await server.clock.advance(3_600_000)
    expect(server.requests).toEqual(['poll', 'sync 1'])
  })

  test('return() before the first event prevents all requests', async () => {
    const server = endlessServer()
    await server.events.return()
    expect(await server.events.next()).toEqual({ done: true, value: undefined })
    expect(server.requests).toEqual([])
  })

  test('return() ends a pending next()', async () => {
    const server = endlessServer()
    deliveryIn(await server.events.next())
    const waiting = server.events.next()
    await server.events.return()
    expect(await waiting).toEqual({ done: true, value: undefined })
  })

  test('an internal error in the loop rejects one next() call, and then the iteration is done', async () => {
    const server = endlessServer()
    const failure = new Error('internal')
    vi.spyOn(server.session, 'onSuspectedEnd').mockImplementation(() => {
      throw failure
    })
    await expect(server.events.next()).rejects.toBe(failure)
    expect(await server.events.next()).toEqual({ done: true, value: undefined })
  })
})

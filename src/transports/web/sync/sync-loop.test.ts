import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ManualClock } from '../../../../test/support/manual-clock.js'
import type { HttpReply, HttpRequest } from '../../http/http-client.js'
import type { Web } from '../api/call.js'
import { Session } from '../session/session.js'
import type { SyncKey } from '../wire/sync.js'
import { runSyncLoop, type SyncListener } from './sync-loop.js'

const keyOf = (position: number): SyncKey => ({ Count: 1, List: [{ Key: 1, Val: position }] })

/** Simulates a server that has a message after each position, and records the position in each request. */
function endlessServer() {
  const clock = new ManualClock(0)
  const session = new Session('http://127.0.0.1:9')
  session.syncKey = keyOf(1)
  const requests: string[] = []
  const send = async (call: HttpRequest, read = (reply: HttpReply): unknown => reply) => {
    call.signal?.throwIfAborted()
    if (call.endpoint === 'synccheck') {
      requests.push(`check ${call.url.searchParams.get('synckey')}`)
      return read({ status: 200, headers: {}, text: 'window.synccheck={retcode:"0",selector:"2"}' })
    }
    const { SyncKey } = call.json as { SyncKey: SyncKey }
    const position = SyncKey.List[0]?.Val ?? 0
    requests.push(`sync ${position}`)
    const reply = {
      BaseResponse: { Ret: 0 },
      AddMsgList: [{ MsgId: String(position) }],
      SyncKey: keyOf(position + 1),
      SyncCheckKey: keyOf(100 + position + 1),
    }
    return read({ status: 200, headers: {}, text: JSON.stringify(reply) })
  }
  return { web: { clock, session, http: { send } } as unknown as Web, clock, session, requests }
}

const listener: SyncListener = {
  room: async () => {},
  deliver: async (_batch, _signal, advance) => void advance(),
  restarted: () => {},
  online: () => {},
  offline: () => {},
}

describe('the position', () => {
  test('advances only after a batch has been delivered', async () => {
    const { web, clock, session, requests } = endlessServer()
    const stop = new AbortController()
    const delivered: unknown[] = []
    const positions: unknown[] = []
    const loop = runSyncLoop(
      web,
      {
        ...listener,
        deliver: async ({ messages }, _, advance) => {
          positions.push([session.syncKey, session.syncCheckKey])
          delivered.push(...messages)
          if (delivered.length === 1) throw new Error('not stored')
          if (delivered.length === 3) stop.abort(new Error('enough'))
          expect(advance()).toBe(true)
        },
        offline: (_, retryInMs) => queueMicrotask(() => clock.advance(retryInMs)),
      },
      stop.signal,
    )
    await expect(loop).rejects.toThrow('enough')
    expect(delivered).toEqual([{ MsgId: '1' }, { MsgId: '1' }, { MsgId: '2' }])
    expect(positions).toEqual([
      [keyOf(1), undefined],
      [keyOf(1), undefined],
      [keyOf(2), keyOf(102)],
    ])
    // A poll uses the SyncCheckKey from the last sync.
    expect(requests.slice(0, 5)).toEqual(['check 1_1', 'sync 1', 'sync 1', 'check 1_102', 'sync 2'])
  })

  test('does not change when the session ends during a delivery', async () => {
    const { web, session } = endlessServer()
    const stop = new AbortController()
    const loop = runSyncLoop(
      web,
      {
        ...listener,
        deliver: async (_, signal) => {
          stop.abort(new Error('the end'))
          signal.throwIfAborted()
        },
      },
      stop.signal,
    )
    await expect(loop).rejects.toThrow('the end')
    expect(session.syncKey).toEqual(keyOf(1))
  })
})

test('the loop fetches nothing while there is no room', async () => {
  const { web, requests } = endlessServer()
  const stop = new AbortController()
  let makeRoom = () => {}
  let wait = () => {}
  const waiting = new Promise<void>((resolve) => {
    wait = resolve
  })
  const loop = runSyncLoop(
    web,
    {
      ...listener,
      room: () =>
        new Promise((resolve) => {
          makeRoom = resolve
          wait()
        }),
      deliver: async () => stop.abort(new Error('enough')),
    },
    stop.signal,
  )
  await waiting
  await new Promise((resolve) => setImmediate(resolve))
  expect(requests).toEqual(['check 1_1'])
  makeRoom()
  await expect(loop).rejects.toThrow('enough')
  expect(requests).toEqual(['check 1_1', 'sync 1'])
})

/** Lets pending promise chains run to completion. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('the watchdog', () => {
  test('aborts a delivery that makes no progress for three minutes, and fetches from the same position again', async () => {
    const { web, clock, session, requests } = endlessServer()
    const stop = new AbortController()
    const offline: Error[] = []
    let deliveries = 0
    const moves: boolean[] = []
    let takeLate = () => {}
    const loop = runSyncLoop(
      web,
      {
        ...listener,
        deliver: async (_batch, _signal, advance) => {
          if (++deliveries === 1) await new Promise<void>((resolve) => (takeLate = resolve))
          if (deliveries === 2) stop.abort(new Error('enough'))
          moves.push(advance())
        },
        offline: (error, retryInMs) => {
          offline.push(error)
          queueMicrotask(() => clock.advance(retryInMs))
        },
      },
      stop.signal,
    )
    const ended = expect(loop).rejects.toThrow('enough')
    await settled()
    await clock.advance(3 * 60_000)
    expect(offline).toEqual([])
    await clock.advance(12_000)
    await ended
    expect(offline).toEqual([expect.objectContaining({ name: 'NetworkError', endpoint: 'webwxsync' })])
    expect(String(offline[0])).toContain('no progress')
    expect(requests).toEqual(['check 1_1', 'sync 1', 'sync 1'])
    const position = session.syncKey
    takeLate()
    await settled()
    expect(moves).toEqual([true, false])
    expect(session.syncKey).toBe(position)
  })

  test('does not fire while the loop is waiting for room', async () => {
    const { web, clock, requests } = endlessServer()
    const stop = new AbortController()
    const offline: Error[] = []
    let makeRoom = () => {}
    const loop = runSyncLoop(
      web,
      {
        ...listener,
        room: () => new Promise((resolve) => (makeRoom = resolve)),
        deliver: async () => stop.abort(new Error('enough')),
        offline: (error) => void offline.push(error),
      },
      stop.signal,
    )
    await settled()
    await clock.advance(3_600_000)
    expect(requests).toEqual(['check 1_1'])
    makeRoom()
    await expect(loop).rejects.toThrow('enough')
    expect(offline).toEqual([])
  })

  test('leaves no pending timers when the loop has ended', async () => {
    const { web, clock } = endlessServer()
    const stop = new AbortController()
    const loop = runSyncLoop(web, { ...listener, deliver: async () => stop.abort(new Error('enough')) }, stop.signal)
    await expect(loop).rejects.toThrow('enough')
    await settled()
    expect(clock.waiting).toBe(0)
  })
})

describe('a server that always announces more', () => {
  const text = (MsgId: string) => ({ MsgId, FromUserName: '@a', ToUserName: '@b', Content: 'x' })
  type Reply = { AddMsgList?: unknown[]; ModContactList?: unknown[]; ContinueFlag?: unknown; moves?: boolean }

  /** Runs the loop for ten minutes of clock time with maximum back-off; resolves to the number of syncs. */
  async function syncsIn10Minutes(replyTo: (count: number) => Reply): Promise<number> {
    const clock = new ManualClock(0)
    const session = new Session('http://127.0.0.1:9')
    session.syncKey = keyOf(1)
    const stop = new AbortController()
    let count = 0
    const send = async (call: HttpRequest, read = (reply: HttpReply): unknown => reply) => {
      call.signal?.throwIfAborted()
      if (call.endpoint === 'synccheck') {
        return read({ status: 200, headers: {}, text: 'window.synccheck={retcode:"0",selector:"2"}' })
      }
      if (++count > 2_000) stop.abort(new Error('too many'))
      const { moves = false, ...reply } = replyTo(count)
      const SyncKey = keyOf(moves ? count + 1 : 1)
      const body = { BaseResponse: { Ret: 0 }, ContinueFlag: 1, ...reply, SyncKey, SyncCheckKey: SyncKey }
      return read({ status: 200, headers: {}, text: JSON.stringify(body) })
    }
    const web = { clock, session, http: { send } } as unknown as Web
    const loop = runSyncLoop(web, listener, stop.signal).catch(() => {})
    await clock.advance(10 * 60_000)
    stop.abort(new Error('enough'))
    await loop
    return count
  }

  beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(1))
  afterEach(() => void vi.restoreAllMocks())

  test.each<[string, (count: number) => Reply]>([
    ['nothing, with an unchanged position,', () => ({})],
    ['nothing, with a new position,', () => ({ moves: true })],
    ['the same message again', () => ({ AddMsgList: [text('7')] })],
    ['the same message again, with a new position,', () => ({ AddMsgList: [text('7')], moves: true })],
    ['two messages alternately', (count) => ({ AddMsgList: [text(String(count % 2))], moves: true })],
    ['a message without an id', () => ({ AddMsgList: [{ Content: 'x' }], moves: true })],
    ['the same contact again', () => ({ ModContactList: [{ UserName: '@a' }], moves: true })],
    ['a flag with another value', () => ({ ContinueFlag: -7 })],
    ['a flag as text', () => ({ ContinueFlag: '1' })],
  ])('and sends %s is polled with increasing back-off', async (_, reply) => {
    expect(await syncsIn10Minutes(reply)).toBeLessThan(50)
  })

  test('and repeats one message without ContinueFlag is polled once a second', async () => {
    expect(await syncsIn10Minutes(() => ({ AddMsgList: [text('7')], ContinueFlag: 0 }))).toBeLessThan(610)
  })

  test('and sends a new message each time is polled without a pause', async () => {
    expect(await syncsIn10Minutes((count) => ({ AddMsgList: [text(String(count))], moves: true }))).toBe(2_001)
  })
})

describe('repeated refusals', () => {
  beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0.5))
  afterEach(() => void vi.restoreAllMocks())

  /** Runs the loop with these refusals verbatim in the replies; resolves to the reason for its end and its duration. */
  async function endOf(retcode: string, ret: unknown) {
    const clock = new ManualClock(0)
    const session = new Session('http://127.0.0.1:9')
    session.syncKey = keyOf(1)
    const send = async (call: HttpRequest, read = (reply: HttpReply): unknown => reply) => {
      const json = JSON.stringify({ BaseResponse: { Ret: ret } })
      const text = call.endpoint === 'synccheck' ? `window.synccheck={${retcode}}` : json
      return read({ status: 200, headers: {}, text })
    }
    let reason: unknown
    const web = { clock, session, http: { send } } as unknown as Web
    const stop = new AbortController()
    const loop = runSyncLoop(web, listener, stop.signal).then(
      (ended) => {
        reason = ended
      },
      () => {},
    )
    await settled()
    let minutes = 0
    for (; minutes < 60 && reason === undefined; minutes++) await clock.advance(60_000)
    stop.abort(new Error('enough'))
    await loop
    return { reason, minutes }
  }

  test.each<[retcode: string, ret: unknown]>([
    ['retcode:"-1",selector:"0"', -1],
    ['retcode:"-14",selector:"0"', -14],
    ['retcode:"1",selector:"0"', 1],
    ['retcode:"1203",selector:"2"', 1203],
    ['retcode:"1205",selector:"0"', '1205'],
    ['retcode:"9999",selector:"-1"', 9999],
    ['retcode:"",selector:"0"', ''],
    ['retcode:"abc",selector:"x"', 'abc'],
    ['retcode:"1e99",selector:"0"', 1e99],
    ['retcode:"99999999999999999999",selector:"0"', '99999999999999999999'],
    ['retcode:-1,selector:0', true],
    ['retcode : "1.5" , selector : ""', 1.5],
    ['retcode:"-1",selector:"0"', 'a page that is not a JSON number'],
  ])('%s and Ret %j end the session after ten minutes', async (retcode, ret) => {
    const { reason, minutes } = await endOf(retcode, ret)
    expect(reason).toBe('expired')
    expect(minutes).toBeGreaterThanOrEqual(10)
    expect(minutes).toBeLessThan(20)
  })

  test.each<[retcode: string, ret: unknown, reason: string]>([
    ['retcode:"1100",selector:"0"', 1101, 'phone'],
    ['retcode:"1101",selector:"0"', '1102', 'elsewhere'],
    ['retcode:"1102",selector:"0"', -1, 'expired'],
    ['retcode:"-1",selector:"0"', 1101, 'elsewhere'],
  ])('%s and Ret %j end the session within three minutes', async (retcode, ret, reason) => {
    const ended = await endOf(retcode, ret)
    expect(ended.reason).toBe(reason)
    expect(ended.minutes).toBeLessThan(3)
  })
})

test.each([
  ['back by an hour', -3_600_000],
  ['ahead by a day', 86_400_000],
])('a clock set %s during a held poll delays the next poll by at most a second', async (_, jumpMs) => {
  const clock = new ManualClock(Date.now())
  const now = clock.now
  let jumpedMs = 0
  // Changes only the time, not the timers.
  const skewedClock = { now: () => now() + jumpedMs, sleep: clock.sleep }
  const session = new Session('http://127.0.0.1:9')
  session.syncKey = keyOf(1)
  const stop = new AbortController()
  let polls = 0
  const send = async (call: HttpRequest, read = (reply: HttpReply): unknown => reply) => {
    if (call.endpoint === 'webwxsync') {
      const body = { BaseResponse: { Ret: 0 }, SyncKey: keyOf(1) }
      return read({ status: 200, headers: {}, text: JSON.stringify(body) })
    }
    if (++polls <= 3) jumpedMs += jumpMs
    return read({ status: 200, headers: {}, text: 'window.synccheck={retcode:"0",selector:"0"}' })
  }
  const web = { clock: skewedClock, session, http: { send } } as unknown as Web
  const loop = runSyncLoop(web, listener, stop.signal).catch(() => {})
  for (let second = 0; second < 10; second++) {
    await new Promise((resolve) => setImmediate(resolve))
    await clock.advance(1_000)
  }
  stop.abort(new Error('enough'))
  await loop
  expect(polls).toBeGreaterThanOrEqual(10)
})

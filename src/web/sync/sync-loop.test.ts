import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.js'
import type { Web } from '../api/call.js'
import type { HttpReply, HttpRequest } from '../http/http-client.js'
import { Session } from '../session/session.js'
import type { SyncKey } from '../wire/sync.js'
import { runSyncLoop, type SyncListener } from './sync-loop.js'

const keyOf = (position: number): SyncKey => ({ Count: 1, List: [{ Key: 1, Val: position }] })

/** A server that has something new after each position, and records from which position it was asked. */
function endlessServer() {
  const clock = new ManualClock(0)
  const session = new Session('http://127.0.0.1:9')
  session.syncKey = keyOf(1)
  const asked: string[] = []
  const send = async (call: HttpRequest, read = (reply: HttpReply): unknown => reply) => {
    call.signal?.throwIfAborted()
    if (call.endpoint === 'synccheck') {
      asked.push(`check ${call.url.searchParams.get('synckey')}`)
      return read({ status: 200, headers: {}, text: 'window.synccheck={retcode:"0",selector:"2"}' })
    }
    const { SyncKey } = call.json as { SyncKey: SyncKey }
    const position = SyncKey.List[0]?.Val ?? 0
    asked.push(`sync ${position}`)
    const reply = {
      BaseResponse: { Ret: 0 },
      AddMsgList: [{ MsgId: String(position) }],
      SyncKey: keyOf(position + 1),
      SyncCheckKey: keyOf(100 + position + 1),
    }
    return read({ status: 200, headers: {}, text: JSON.stringify(reply) })
  }
  return { web: { clock, session, http: { send } } as unknown as Web, clock, session, asked }
}

const listener: SyncListener = {
  room: async () => {},
  deliver: async () => {},
  moved: () => {},
  restarted: () => {},
  online: () => {},
  offline: () => {},
}

describe('the position', () => {
  test('moves when a batch is in good hands, and not before', async () => {
    const { web, clock, session, asked } = endlessServer()
    const stop = new AbortController()
    const delivered: unknown[] = []
    const positions: unknown[] = []
    const loop = runSyncLoop(
      web,
      {
        ...listener,
        deliver: async ({ messages }) => {
          positions.push([session.syncKey, session.syncCheckKey])
          delivered.push(...messages)
          if (delivered.length === 1) throw new Error('the hands are full')
          if (delivered.length === 3) stop.abort(new Error('enough'))
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
    // A poll asks from the position that a sync gave for polls.
    expect(asked.slice(0, 5)).toEqual(['check 1_1', 'sync 1', 'sync 1', 'check 1_102', 'sync 2'])
  })

  test('stays when the session ends while a batch is on its way', async () => {
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

test('while there is no room nothing is fetched', async () => {
  const { web, asked } = endlessServer()
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
  expect(asked).toEqual(['check 1_1'])
  makeRoom()
  await expect(loop).rejects.toThrow('enough')
  expect(asked).toEqual(['check 1_1', 'sync 1'])
})

describe('the watchdog', () => {
  /** Lets promise chains run until nothing is left to do. */
  const settled = () => new Promise((resolve) => setImmediate(resolve))

  test('gives up a batch that nobody takes for three minutes, and asks anew from the same position', async () => {
    const { web, clock, session, asked } = endlessServer()
    const stop = new AbortController()
    const offline: Error[] = []
    let deliveries = 0
    let takeLate = () => {}
    const loop = runSyncLoop(
      web,
      {
        ...listener,
        deliver: async () => {
          if (++deliveries === 1) await new Promise<void>((resolve) => (takeLate = resolve))
          if (deliveries === 2) stop.abort(new Error('enough'))
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
    expect(String(offline[0])).toContain('nothing moved')
    expect(asked).toEqual(['check 1_1', 'sync 1', 'sync 1'])
    const position = session.syncKey
    takeLate()
    await settled()
    expect(session.syncKey).toBe(position)
  })

  test('lets handlers take their time', async () => {
    const { web, clock, asked } = endlessServer()
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
    expect(asked).toEqual(['check 1_1'])
    makeRoom()
    await expect(loop).rejects.toThrow('enough')
    expect(offline).toEqual([])
  })

  test('leaves nothing on the clock when the loop ends', async () => {
    const { web, clock } = endlessServer()
    const stop = new AbortController()
    const loop = runSyncLoop(web, { ...listener, deliver: async () => stop.abort(new Error('enough')) }, stop.signal)
    await expect(loop).rejects.toThrow('enough')
    await settled()
    expect(clock.waiting).toBe(0)
  })
})

import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.js'
import { NetworkError, ProtocolError, ServerError } from '../../errors.js'
import { readDetailsFailure } from '../../transports/web/api/details-failure.js'
import { DetailsFetcher } from './details-fetcher.js'

const endpoint = 'webwxbatchgetcontact'
const refused = (ret: number) => new ServerError(`ret ${ret}`, { ret, endpoint, advice: '' })
const MINUTE = 60_000

type Server = (names: readonly string[]) => readonly string[] | Error | Promise<readonly string[]>

/** Creates a fetcher and a server that replies with the names it knows. */
function setup(server: Server = (names) => names) {
  const clock = new ManualClock(0)
  const requests: { at: number; names: string[] }[] = []
  const known = new Set<string>()
  const [settled, errors]: [string[], unknown[]] = [[], []]
  const current = { server }
  const fetcher = new DetailsFetcher({
    // No jitter.
    clock: { now: clock.now, sleep: clock.sleep, random: () => 0.5 },
    maxWaitMs: 3_000,
    fetch: async (names) => {
      requests.push({ at: clock.now(), names: [...names] })
      const reply = await current.server(names)
      if (reply instanceof Error) throw reply
      return reply
    },
    failureOf: readDetailsFailure,
    apply: (details) => {
      for (const name of details) known.add(String(name))
    },
    isKnown: (name, member) => known.has(member === undefined ? name : `${name} ${member}`),
    onSettled: (names) => settled.push(...names),
    onError: (error) => errors.push(error),
  })
  const turn = () => clock.advance(0)
  /** Advances the clock in steps; requests take no time. */
  const pass = async (ms: number, stepMs = 15_000) => {
    await turn()
    for (const untilMs = clock.now() + ms; clock.now() < untilMs; await turn()) await clock.advance(stepMs)
  }
  return {
    current,
    clock,
    requests,
    known,
    settled,
    errors,
    fetcher,
    turn,
    pass,
    times: () => requests.map(({ at }) => at),
  }
}

const names = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `@${from + n}`)

test('requests the names from one turn of the event loop in pages of 50, three pages at a time', async () => {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const { fetcher, requests, settled, turn } = setup(async (requested) => opened.then(() => requested))
  for (const name of names(230)) expect(fetcher.request(name)).toBe(true)
  await turn()
  expect(requests.map((request) => request.names.length)).toEqual([50, 50, 50])
  open()
  while (settled.length < 230) await turn()
  expect(requests.map((request) => request.names.length)).toEqual([50, 50, 50, 50, 30])
  expect(requests.flatMap((request) => request.names)).toEqual(names(230))
})

test.each([
  ['ret 1205', refused(1205), [0, 30, 90, 210, 450]],
  ['ret -1', refused(-1), [0, 30, 90, 210, 450]],
  [
    'a lost connection',
    new NetworkError('', { endpoint, outcome: 'unknown' }),
    [0, 1, 3, 7, 15, 31, 63, 127, 255, 511],
  ],
])('backs off after %s and reports each failure', async (_, error, seconds) => {
  const { fetcher, clock, errors, times, current, settled, turn, pass } = setup(() => error)
  fetcher.request('@a')
  await turn()
  for (let step = 0; step < 600; step++) {
    // Messages keep arriving.
    await clock.advance(1_000)
    fetcher.request('@a')
  }
  expect(times()).toEqual(seconds.map((second) => second * 1_000))
  expect(errors).toHaveLength(seconds.length)
  current.server = (requested) => requested
  settled.length = 0
  await pass(30 * MINUTE)
  expect(settled).toContain('@a')
  expect(times()).toHaveLength(seconds.length + 1)
})

test('counts concurrent requests that fail together as one failure', async () => {
  const { fetcher, clock, errors, requests, turn } = setup(() => refused(1205))
  for (const name of names(150)) fetcher.request(name)
  await turn()
  await turn()
  expect([requests.length, errors.length]).toEqual([3, 1])
  await clock.advance(30_000)
  expect(requests).toHaveLength(4)
})

test('retries a refused page and applies the other pages', async () => {
  let isBusy = true
  const { fetcher, clock, known, turn } = setup((requested) =>
    isBusy && requested.includes('@60') ? refused(1205) : requested,
  )
  for (const name of names(130)) fetcher.request(name)
  await turn()
  await turn()
  expect(known.size).toBe(80)
  isBusy = false
  await clock.advance(30_000)
  await turn()
  expect(known.size).toBe(130)
})

describe('waiting for a reply', () => {
  test('ends when a long pause begins, but continues during a short one', async () => {
    const { fetcher, clock, settled, current, turn } = setup(
      () => new NetworkError('', { endpoint, outcome: 'unknown' }),
    )
    expect(fetcher.request('@a')).toBe(true)
    await turn()
    expect(settled).toEqual([])
    expect(fetcher.request('@a')).toBe(true)
    current.server = () => refused(1205)
    await clock.advance(1_000)
    await turn()
    expect(settled).toEqual(['@a'])
    expect([fetcher.request('@a'), fetcher.request('@b')]).toEqual([false, false])
  })

  test('ends for a name whose request hangs; other names are still requested', async () => {
    const { fetcher, clock, settled, turn } = setup((requested) =>
      requested[0] === '@a' ? new Promise(() => {}) : requested,
    )
    fetcher.request('@a')
    await turn()
    await clock.advance(3_000)
    expect(fetcher.request('@a')).toBe(false)
    expect(fetcher.request('@b')).toBe(true)
    await turn()
    await turn()
    expect(settled).toEqual(['@b'])
  })
})

describe('a name unknown to the server', () => {
  test('is retried after a minute, with doubling delays, and finally only on request', async () => {
    const { fetcher, clock, times, settled, errors, turn, pass } = setup(() => [])
    fetcher.request('@a')
    await turn()
    expect(settled).toEqual(['@a'])
    await pass(3 * 60 * MINUTE)
    expect(times().map((at) => at / MINUTE)).toEqual([0, 1, 3, 7, 15, 31])
    expect(fetcher.request('@a')).toBe(true)
    await turn()
    expect(fetcher.request('@a')).toBe(false)
    expect([times().length, errors]).toEqual([7, []])
    expect(clock.waiting).toBe(0)
  })

  test('is requested immediately after an update from another source', async () => {
    const { fetcher, requests, turn } = setup(() => [])
    fetcher.request('@a')
    await turn()
    expect(fetcher.request('@a')).toBe(false)
    fetcher.forget('@a')
    expect(fetcher.request('@a')).toBe(true)
    await turn()
    expect(requests).toHaveLength(2)
  })

  test('stays unknown when the reply contains only another name', async () => {
    const { fetcher, known, turn } = setup(() => ['@b'])
    fetcher.request('@a')
    await turn()
    expect(known.has('@a')).toBe(false)
    expect(fetcher.request('@a')).toBe(false)
  })
})

describe('a member missing from its group', () => {
  test('is requested once and then rarely; another member is requested immediately', async () => {
    const { fetcher, requests, turn, pass } = setup()
    for (const member of ['@m', '@m', '@n', '@m', '@n']) {
      fetcher.request('@@r', member)
      await turn()
      await turn()
    }
    expect(requests).toHaveLength(2)
    await pass(2 * MINUTE)
    expect(requests).toHaveLength(3)
  })

  test('becomes known with the next reply', async () => {
    const { fetcher, known, requests, current, turn, pass } = setup()
    fetcher.request('@@r', '@m')
    await turn()
    current.server = (requested) => [...requested, '@@r @m']
    await pass(60 * MINUTE)
    expect([requests.length, known.has('@@r @m')]).toEqual([2, true])
  })

  test('does not cause endless requests for a group with many such members', async () => {
    const { fetcher, requests, turn } = setup()
    for (let n = 0; n < 500; n++) {
      fetcher.request('@@r', `@m${n}`)
      await turn()
      await turn()
    }
    expect(requests.length).toBeLessThanOrEqual(51)
  })
})

test.each([
  ['refuses', () => refused(1)],
  ['sends an invalid reply to', () => new ProtocolError('', { endpoint })],
])('delays other names only temporarily if the server %s every request for one name', async (_, fail) => {
  const { fetcher, known, requests, pass } = setup((requested) => (requested.includes('@7') ? fail() : requested))
  for (const name of names(50)) fetcher.request(name)
  await pass(2 * 60 * MINUTE)
  expect(known.size).toBe(49)
  expect(requests.length).toBeLessThan(40)
})

test('remembers at most 10,000 unknown names', async () => {
  const { fetcher, settled, requests, turn } = setup(() => [])
  for (const name of names(10_100)) fetcher.request(name)
  while (settled.length < 10_100) await turn()
  const before = requests.length
  for (const name of names(10_000, 100)) expect(fetcher.request(name)).toBe(false)
  expect(fetcher.request('@0')).toBe(true)
  await turn()
  expect(requests).toHaveLength(before + 1)
})

test('reset cancels retries and ignores replies to requests in flight', async () => {
  let reply = (_: readonly string[]) => {}
  const { fetcher, clock, known, errors, current, requests, turn } = setup(
    () => new Promise<readonly string[]>((resolve) => (reply = resolve)),
  )
  fetcher.request('@a')
  await turn()
  fetcher.request('@b')
  fetcher.reset()
  reply(['@a'])
  await clock.advance(60 * MINUTE)
  expect([known.size, errors.length, requests.length, clock.waiting]).toEqual([0, 0, 1, 0])
  current.server = (requested) => requested
  expect(fetcher.request('@a')).toBe(true)
  await turn()
  await turn()
  expect(known.has('@a')).toBe(true)
})

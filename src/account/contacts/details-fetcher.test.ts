import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.js'
import { NetworkError, ProtocolError, ServerError } from '../../errors.js'
import { readDetailsFailure } from '../../transports/web/api/details-failure.js'
import { DetailsFetcher } from './details-fetcher.js'

const endpoint = 'webwxbatchgetcontact'
const refused = (ret: number) => new ServerError(`ret ${ret}`, { ret, endpoint, advice: '' })
const MINUTE = 60_000

type Server = (names: readonly string[]) => readonly string[] | Error | Promise<readonly string[]>

/** A fetcher and a server that answers with the names it knows. */
function scene(server: Server = (names) => names) {
  const clock = new ManualClock(0)
  const requests: { at: number; names: string[] }[] = []
  const known = new Set<string>()
  const [settled, errors]: [string[], unknown[]] = [[], []]
  const given = { server }
  const fetcher = new DetailsFetcher({
    // No jitter.
    clock: { now: clock.now, sleep: clock.sleep, random: () => 0.5 },
    patienceMs: 3_000,
    fetch: async (names) => {
      requests.push({ at: clock.now(), names: [...names] })
      const answer = await given.server(names)
      if (answer instanceof Error) throw answer
      return answer
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
  /** Lets time pass in steps, so that requests take none of it. */
  const pass = async (ms: number, stepMs = 15_000) => {
    await turn()
    for (const untilMs = clock.now() + ms; clock.now() < untilMs; await turn()) await clock.advance(stepMs)
  }
  return {
    given,
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

test('asks for all names of one moment in pages of 50, three at a time', async () => {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const { fetcher, requests, settled, turn } = scene(async (asked) => opened.then(() => asked))
  for (const name of names(230)) expect(fetcher.want(name)).toBe(true)
  await turn()
  expect(requests.map((one) => one.names.length)).toEqual([50, 50, 50])
  open()
  while (settled.length < 230) await turn()
  expect(requests.map((one) => one.names.length)).toEqual([50, 50, 50, 50, 30])
  expect(requests.flatMap((one) => one.names)).toEqual(names(230))
})

test.each([
  ['1205', refused(1205), [0, 30, 90, 210, 450]],
  ['-1', refused(-1), [0, 30, 90, 210, 450]],
  [
    'a lost connection',
    new NetworkError('', { endpoint, outcome: 'unknown' }),
    [0, 1, 3, 7, 15, 31, 63, 127, 255, 511],
  ],
])('after %s requests are rare, rarer each time, and reported', async (_, error, seconds) => {
  const { fetcher, clock, errors, times, given, settled, turn, pass } = scene(() => error)
  fetcher.want('@a')
  await turn()
  for (let step = 0; step < 600; step++) {
    // Messages go on all the time.
    await clock.advance(1_000)
    fetcher.want('@a')
  }
  expect(times()).toEqual(seconds.map((second) => second * 1_000))
  expect(errors).toHaveLength(seconds.length)
  given.server = (asked) => asked
  settled.length = 0
  await pass(30 * MINUTE)
  expect(settled).toContain('@a')
  expect(times()).toHaveLength(seconds.length + 1)
})

test('requests of one moment that fail together are one failure', async () => {
  const { fetcher, clock, errors, requests, turn } = scene(() => refused(1205))
  for (const name of names(150)) fetcher.want(name)
  await turn()
  await turn()
  expect([requests.length, errors.length]).toEqual([3, 1])
  await clock.advance(30_000)
  expect(requests).toHaveLength(4)
})

test('the second page alone is refused: the others are known, and it is asked for again', async () => {
  let isBusy = true
  const { fetcher, clock, known, turn } = scene((asked) => (isBusy && asked.includes('@60') ? refused(1205) : asked))
  for (const name of names(130)) fetcher.want(name)
  await turn()
  await turn()
  expect(known.size).toBe(80)
  isBusy = false
  await clock.advance(30_000)
  await turn()
  expect(known.size).toBe(130)
})

describe('waiting for an answer', () => {
  test('ends when requests pause for longer, not for a short pause', async () => {
    const { fetcher, clock, settled, given, turn } = scene(() => new NetworkError('', { endpoint, outcome: 'unknown' }))
    expect(fetcher.want('@a')).toBe(true)
    await turn()
    expect(settled).toEqual([])
    expect(fetcher.want('@a')).toBe(true)
    given.server = () => refused(1205)
    await clock.advance(1_000)
    await turn()
    expect(settled).toEqual(['@a'])
    expect([fetcher.want('@a'), fetcher.want('@b')]).toEqual([false, false])
  })

  test('ends for a name whose request hangs; others are asked for beside it', async () => {
    const { fetcher, clock, settled, turn } = scene((asked) => (asked[0] === '@a' ? new Promise(() => {}) : asked))
    fetcher.want('@a')
    await turn()
    await clock.advance(3_000)
    expect(fetcher.want('@a')).toBe(false)
    expect(fetcher.want('@b')).toBe(true)
    await turn()
    await turn()
    expect(settled).toEqual(['@b'])
  })
})

describe('a name the server does not know', () => {
  test('is asked for again after a minute, then after twice as long each time, and then only when it is wanted', async () => {
    const { fetcher, clock, times, settled, errors, turn, pass } = scene(() => [])
    fetcher.want('@a')
    await turn()
    expect(settled).toEqual(['@a'])
    await pass(3 * 60 * MINUTE)
    expect(times().map((at) => at / MINUTE)).toEqual([0, 1, 3, 7, 15, 31])
    expect(fetcher.want('@a')).toBe(true)
    await turn()
    expect(fetcher.want('@a')).toBe(false)
    expect([times().length, errors]).toEqual([7, []])
    expect(clock.waiting).toBe(0)
  })

  test('is requested at once after another source changed it', async () => {
    const { fetcher, requests, turn } = scene(() => [])
    fetcher.want('@a')
    await turn()
    expect(fetcher.want('@a')).toBe(false)
    fetcher.forget('@a')
    expect(fetcher.want('@a')).toBe(true)
    await turn()
    expect(requests).toHaveLength(2)
  })

  test('in the reply to another name is not lost: only what was asked for counts', async () => {
    const { fetcher, known, turn } = scene(() => ['@b'])
    fetcher.want('@a')
    await turn()
    expect(known.has('@a')).toBe(false)
    expect(fetcher.want('@a')).toBe(false)
  })
})

describe('a member that the group does not contain', () => {
  test('is asked for once and then rarely; another member of it at once', async () => {
    const { fetcher, requests, turn, pass } = scene()
    for (const member of ['@m', '@m', '@n', '@m', '@n']) {
      fetcher.want('@@r', member)
      await turn()
      await turn()
    }
    expect(requests).toHaveLength(2)
    await pass(2 * MINUTE)
    expect(requests).toHaveLength(3)
  })

  test('is known by the next reply', async () => {
    const { fetcher, known, requests, given, turn, pass } = scene()
    fetcher.want('@@r', '@m')
    await turn()
    given.server = (asked) => [...asked, '@@r @m']
    await pass(60 * MINUTE)
    expect([requests.length, known.has('@@r @m')]).toEqual([2, true])
  })

  test('does not make a group that is full of them ask without end', async () => {
    const { fetcher, requests, turn } = scene()
    for (let n = 0; n < 500; n++) {
      fetcher.want('@@r', `@m${n}`)
      await turn()
      await turn()
    }
    expect(requests.length).toBeLessThanOrEqual(51)
  })
})

test.each([
  ['refuses', () => refused(1)],
  ['garbles', () => new ProtocolError('', { endpoint })],
])('one name for which the server %s everything keeps the others back for a while only', async (_, fail) => {
  const { fetcher, known, requests, pass } = scene((asked) => (asked.includes('@7') ? fail() : asked))
  for (const name of names(50)) fetcher.want(name)
  await pass(2 * 60 * MINUTE)
  expect(known.size).toBe(49)
  expect(requests.length).toBeLessThan(40)
})

test('remembers 10,000 unknown names at most', async () => {
  const { fetcher, settled, requests, turn } = scene(() => [])
  for (const name of names(10_100)) fetcher.want(name)
  while (settled.length < 10_100) await turn()
  const before = requests.length
  for (const name of names(10_000, 100)) expect(fetcher.want(name)).toBe(false)
  expect(fetcher.want('@0')).toBe(true)
  await turn()
  expect(requests).toHaveLength(before + 1)
})

test('after a reset nothing is asked for, and nothing that was under way counts', async () => {
  let answer = (_: readonly string[]) => {}
  const { fetcher, clock, known, errors, given, requests, turn } = scene(
    () => new Promise<readonly string[]>((resolve) => (answer = resolve)),
  )
  fetcher.want('@a')
  await turn()
  fetcher.want('@b')
  fetcher.reset()
  answer(['@a'])
  await clock.advance(60 * MINUTE)
  expect([known.size, errors.length, requests.length, clock.waiting]).toEqual([0, 0, 1, 0])
  given.server = (asked) => asked
  expect(fetcher.want('@a')).toBe(true)
  await turn()
  await turn()
  expect(known.has('@a')).toBe(true)
})

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { failureOf } from '../../../test/support/gate.js'
import { ManualClock } from '../../../test/support/manual-clock.js'
import { ArgumentError, NetworkError, RefusedError, ServerError, StateError } from '../../errors.js'
import type { TransportPace } from '../../transport/transport.js'
import { Pace, type PaceState, readPacing } from './pacing.js'

/** With this random number, every pause has its average length. */
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0.5))
afterEach(() => void vi.restoreAllMocks())

function scene({ isOn = true, burst = 2, defaults = undefined as TransportPace | undefined } = {}) {
  const clock = new ManualClock(0)
  const lines: string[] = []
  const pacing = defaults ? undefined : isOn && { burst }
  const pace = new Pace({
    clock,
    pacing,
    defaults: () => defaults,
    isLocal: () => false,
    onWait: (line) => lines.push(line),
  })
  /** Sent messages and their times. */
  const sent: [name: string, atMs: number][] = []
  const send = (name: string, signal?: AbortSignal) =>
    pace.run(async () => void sent.push([name, clock.now()]), { signal })
  return { clock, pace, lines, sent, send }
}

const tooFrequent = () =>
  new RefusedError('refused', { ret: 1205, endpoint: 'webwxsendmsg', advice: '', reason: 'throttled' })

test('sends a burst immediately, then one message per second in order, and another burst after an idle period', async () => {
  const { clock, lines, sent, send } = scene()
  for (const name of 'abcd') void send(name)
  await clock.advance(0)
  await clock.advance(10_000)
  for (const name of 'efg') void send(name)
  await clock.advance(0)
  await clock.advance(10_000)
  expect(sent).toEqual([
    ['a', 0],
    ['b', 0],
    ['c', 1_000],
    ['d', 2_000],
    ['e', 10_000],
    ['f', 10_000],
    ['g', 11_000],
  ])
  expect(lines[0]).toContain('Messages waiting to be sent: 1. Sending the next in 1.0 s')
})

test('varies the intervals around the average', async () => {
  const { clock, sent, send } = scene()
  const random = vi.mocked(Math.random)
  let turn = 0
  random.mockImplementation(() => (turn++ % 2 === 0 ? 0 : 0.999))
  for (let count = 0; count < 102; count++) void send(String(count))
  await clock.advance(200_000)
  const pauses = sent.slice(2).map(([, at], index) => at - (sent[index + 1]?.[1] ?? 0))
  expect(new Set(pauses).size).toBeGreaterThan(1)
  expect(sent.at(-1)?.[1]).toBeGreaterThan(95_000)
  expect(sent.at(-1)?.[1]).toBeLessThan(105_000)
})

test('sends everything immediately when pacing is off', async () => {
  const { clock, sent, send } = scene({ isOn: false })
  for (const name of 'abcdef') void send(name)
  await clock.advance(0)
  expect(sent.map(([, at]) => at)).toEqual([0, 0, 0, 0, 0, 0])
})

test('lets the next send use the slot of an aborted one', async () => {
  const { clock, sent, send } = scene({ burst: 1 })
  const stop = new AbortController()
  void send('a')
  const aborted = failureOf(send('b', stop.signal))
  void send('c')
  await clock.advance(0)
  await clock.advance(500)
  stop.abort(new Error('aborted'))
  expect(await aborted).toEqual(new Error('aborted'))
  await clock.advance(500)
  expect(sent).toEqual([
    ['a', 0],
    ['c', 1_000],
  ])
  const late = failureOf(send('d', stop.signal))
  expect(await late).toEqual(new Error('aborted'))
})

test('clears its timer when the last waiting send is aborted', async () => {
  const { clock, send } = scene({ burst: 1 })
  const stop = new AbortController()
  void send('a')
  const aborted = failureOf(send('b', stop.signal))
  await clock.waitFor(1)
  stop.abort(new Error('aborted'))
  await aborted
  expect(clock.waiting).toBe(0)
})

test('failAll rejects the waiting sends but not later ones', async () => {
  const { clock, pace, sent, send } = scene({ burst: 1 })
  void send('a')
  const failures = ['b', 'c'].map((name) => failureOf(send(name)))
  await clock.waitFor(1)
  pace.failAll(new StateError('closed'))
  expect(await Promise.all(failures)).toEqual([new StateError('closed'), new StateError('closed')])
  expect(clock.waiting).toBe(0)
  void send('d')
  await clock.advance(5_000)
  expect(sent.map(([name]) => name)).toEqual(['a', 'd'])
})

test('rejects a send when 10,000 are waiting', async () => {
  const { pace, send } = scene({ burst: 1 })
  const failures: Promise<unknown>[] = []
  for (let count = 0; count < 10_001; count++) failures.push(failureOf(send('x')))
  expect(await failureOf(send('extra'))).toBeInstanceOf(StateError)
  pace.failAll(new StateError('closed'))
  await Promise.all(failures)
})

test('does not delay sends when the clock is set back', async () => {
  const { clock, pace, sent, send } = scene({ burst: 1 })
  void send('a')
  await clock.advance(1)
  const now = clock.now
  clock.now = () => now() - 3_600_000
  void send('b')
  await clock.advance(2_000)
  expect(sent.map(([name]) => name)).toEqual(['a', 'b'])
  pace.failAll(undefined)
})

describe.each([true, false])('when throttled, with pacing %s', (isOn) => {
  test('retries the message before later ones and slows all of them down', async () => {
    const { clock, pace, lines, sent, send } = scene({ isOn })
    let refusals = 3
    const first = pace.run(async () => {
      sent.push([refusals > 0 ? 'refused' : 'a', clock.now()])
      if (refusals-- > 0) throw tooFrequent()
      return 'its id'
    })
    await clock.advance(0)
    for (const name of 'bcd') void send(name)
    await clock.advance(60_000)
    expect(await first).toBe('its id')
    expect(sent).toEqual([
      ['refused', 0],
      // Half of 1, 2 and 4 s.
      ['refused', 500],
      ['refused', 1_500],
      ['a', 3_500],
      ['b', 5_500],
      ['c', 6_500],
      ['d', 7_500],
    ])
    expect(lines.some((line) => line.includes('1205'))).toBe(true)
  })

  test('gives up after five minutes and reports the attempts', async () => {
    const { clock, pace, send } = scene({ isOn })
    let tries = 0
    const refused = failureOf(
      pace.run(async () => {
        tries++
        throw tooFrequent()
      }),
    )
    await clock.advance(0)
    await clock.advance(10 * 60_000)
    const error = (await refused) as RefusedError
    expect(error).toBeInstanceOf(ServerError)
    expect(error).toMatchObject({ ret: 1205, endpoint: 'webwxsendmsg', reason: 'throttled' })
    expect(error.message).toMatch(new RegExp(`after ${tries} attempts within 3\\d\\d s`))
    expect(error.advice).toContain('more slowly')
    expect(tries).toBeGreaterThan(10)
    expect(tries).toBeLessThan(20)
    // Later sends are still attempted.
    const next = send('next')
    await clock.advance(0)
    await clock.advance(60_000)
    await next
  })

  test('returns to the normal pace after a minute', async () => {
    const { clock, pace, sent, send } = scene({ isOn })
    let refusals = 1
    const refused = pace.run(async () => {
      if (refusals-- > 0) throw tooFrequent()
    })
    await clock.advance(0)
    await clock.advance(60_500)
    await refused
    await send('calm')
    await clock.advance(10_000)
    sent.length = 0
    for (const name of 'ab') void send(name)
    await clock.advance(0)
    expect(sent).toHaveLength(2)
  })
})

test('counts refusals of concurrent sends once', async () => {
  const { clock, pace } = scene({ burst: 20 })
  let refusals = 10
  const sends = Array.from({ length: 10 }, () =>
    pace.run(async () => {
      await clock.sleep(100)
      if (refusals-- > 0) throw tooFrequent()
    }),
  )
  await clock.advance(0)
  // The refusals, a pause of half a second, ten sends at intervals of one second, and the duration of the last send.
  await clock.advance(100 + 500 + 9_000 + 100)
  await Promise.all(sends)
})

test('does not retry a send with an unknown outcome', async () => {
  const { clock, pace } = scene()
  let tries = 0
  const lost = failureOf(
    pace.run(async () => {
      tries++
      throw new NetworkError('cut', { endpoint: 'webwxsendmsg', outcome: 'unknown' })
    }),
  )
  await clock.advance(600_000)
  expect(await lost).toBeInstanceOf(NetworkError)
  expect(tries).toBe(1)
})

test('rejects invalid pacing', () => {
  expect(readPacing(undefined)).toEqual({ burst: 20, perSecond: 1 })
  expect(readPacing({ perSecond: 0.5 })).toEqual({ burst: 20, perSecond: 0.5 })
  for (const pacing of [{ burst: 0 }, { burst: Number.NaN }, { perSecond: 0 }, { perSecond: Number.POSITIVE_INFINITY }])
    expect(() => readPacing(pacing)).toThrow(ArgumentError)
})

describe('refusals', () => {
  const refused = (reason: RefusedError['reason'], retryAtMs?: number) =>
    new RefusedError('refused', { ret: -2, endpoint: 'send', advice: '', reason, ...(retryAtMs ? { retryAtMs } : {}) })

  test.each([
    ['needsMessage', undefined],
    ['windowClosed', 1],
    ['quota', 1],
    ['throttled', 301_000],
  ] as const)('for %s are final and do not slow down other sends', async (reason, retryAtMs) => {
    const { clock, pace, sent, send } = scene()
    const error = refused(reason, retryAtMs)
    const attempt = vi.fn(() => Promise.reject(error))
    expect(await failureOf(pace.run(attempt))).toBe(error)
    expect(attempt).toHaveBeenCalledTimes(1)
    await send('a')
    await clock.advance(0)
    expect([sent, pace.state.penalty]).toEqual([[['a', 0]], 0])
  })

  test('with a time for the retry that is near enough pause all sends until then', async () => {
    const { clock, pace, sent, send } = scene()
    const errors = [refused('throttled', 200_000)]
    const times: number[] = []
    const throttled = pace.run(async () => {
      times.push(clock.now())
      const error = errors.shift()
      if (error) throw error
    })
    await clock.advance(0)
    void send('a')
    await clock.advance(199_999)
    expect([times, sent]).toEqual([[0], []])
    await clock.advance(100_000)
    await throttled
    expect(times).toEqual([0, 200_000])
    expect(sent).toHaveLength(1)
  })
})

describe('pacing of the transport', () => {
  const defaults = { burst: 1, perSecond: 0.5, pacesReplies: false }

  test('is the default, for each value that the option does not set', async () => {
    const { clock, sent, send } = scene({ defaults })
    for (const name of 'abc') void send(name)
    await clock.advance(0)
    await clock.advance(10_000)
    expect(sent.map(([, atMs]) => atMs)).toEqual([0, 2_000, 4_000])
    expect(readPacing({ burst: 5 }, defaults)).toEqual({ burst: 5, perSecond: 0.5 })
    expect(readPacing(true, defaults)).toEqual({ burst: 1, perSecond: 0.5 })
  })

  test('may exempt replies, which then do not use up the burst, until the server throttles one', async () => {
    const { clock, pace, sent, send } = scene({ defaults })
    const errors = [tooFrequent()]
    const reply = (name: string) =>
      pace.run(
        async () => {
          const error = name === 'throttled' ? errors.shift() : undefined
          if (error) throw error
          sent.push([name, clock.now()])
        },
        { isReply: true },
      )
    await reply('a')
    await reply('b')
    void send('push')
    await clock.advance(0)
    expect(sent).toEqual([
      ['a', 0],
      ['b', 0],
      ['push', 0],
    ])
    void reply('throttled')
    await clock.advance(0)
    void reply('c')
    await clock.advance(0)
    expect(sent).toHaveLength(3)
    await clock.advance(60_000)
    expect(sent.slice(3).map(([name]) => name)).toEqual(['throttled', 'c'])
  })
})

describe('state restored in another process', () => {
  /** Pacing in a process whose monotonic clock has a different origin. */
  const successor = (clock: ManualClock, state: PaceState) => {
    const sent: number[] = []
    const later = Object.assign(Object.create(clock), { monotonicMs: () => clock.now() - 1_000_000 }) as ManualClock
    const pace = new Pace({
      clock: later,
      pacing: { burst: 2 },
      defaults: () => undefined,
      isLocal: () => false,
      onWait: () => {},
    })
    pace.restore(state)
    return { pace, sent, send: () => pace.run(async () => void sent.push(clock.now())) }
  }
  const saved = (pace: Pace): PaceState => JSON.parse(JSON.stringify(pace.state))

  test('does not allow a burst that has already been used', async () => {
    const { clock, pace, send } = scene()
    await Promise.all([send('a'), send('b')])
    const next = successor(clock, saved(pace))
    const sends = [next.send(), next.send()]
    await clock.advance(0)
    await clock.advance(10_000)
    await Promise.all(sends)
    expect(next.sent).toEqual([1_000, 2_000])
  })

  test('takes the time between the two processes into account', async () => {
    const { clock, pace, send } = scene()
    await Promise.all([send('a'), send('b')])
    const state = saved(pace)
    await clock.advance(1_500)
    const next = successor(clock, state)
    const sends = [next.send(), next.send()]
    await clock.advance(0)
    await clock.advance(10_000)
    await Promise.all(sends)
    expect(next.sent).toEqual([1_500, 2_000])
  })

  test('continues the pause and the slower pace after a refusal', async () => {
    const { clock, pace } = scene()
    let refusals = 3
    const refused = failureOf(
      pace.run(async () => {
        if (refusals-- > 0) throw tooFrequent()
      }),
    )
    await clock.advance(0)
    await clock.advance(1_600)
    expect(refusals).toBe(0)
    pace.failAll(new StateError('closed'))
    expect(await refused).toBeInstanceOf(StateError)
    const state = saved(pace)
    // Refused at 0, 0.5 and 1.5 s; the last pause is 2 s, then one attempt every 4 s until one succeeds.
    expect(state).toEqual({ tokens: 1, atMs: 3_500, penalty: 3, refusedAtMs: 1_500 })
    const next = successor(clock, state)
    expect(next.pace.state).toEqual(state)
    const sends = [next.send(), next.send(), next.send()]
    await clock.advance(0)
    await clock.advance(60_000)
    await Promise.all(sends)
    expect(next.sent).toEqual([3_500, 5_500, 6_500])
  })

  test('can be restored while sends are waiting', async () => {
    const { clock, pace, send, sent } = scene()
    await Promise.all([send('a'), send('b')])
    const waiting = send('c')
    await clock.waitFor(1)
    pace.restore({ tokens: 2, atMs: clock.now(), penalty: 0 })
    await waiting
    expect(sent).toEqual([
      ['a', 0],
      ['b', 0],
      ['c', 0],
    ])
  })

  test('delays sends by at most a minute when the clock was set back', async () => {
    const { clock } = scene()
    const next = successor(clock, { tokens: 1, atMs: 3_600_000, penalty: 1, refusedAtMs: 3_500_000 })
    const sending = next.send()
    await clock.advance(0)
    await clock.advance(60_000)
    await sending
    expect(next.sent).toEqual([60_000])
  })

  test('is rejected if it is invalid', () => {
    const { pace } = scene()
    const parts = [
      { tokens: Number.NaN },
      { atMs: 'x' },
      { penalty: -1 },
      { refusedAtMs: Number.NaN },
      { refusedAtMs: 'x' },
    ]
    const states = parts.map((part) => ({ tokens: 1, atMs: 0, penalty: 0, ...part }))
    for (const state of [...states, null, undefined, 'x', {}])
      expect(() => pace.restore(state as PaceState)).toThrow(ArgumentError)
  })
})

import { NetworkError, ProtocolError } from 'itchat'
import { Agent, buildConnector } from 'undici'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { events, nextEvent } from '../support/bot.js'
import { echoBot, states } from '../support/echo-bot.js'
import { failureOf, gate } from '../support/gate.js'
import { AutoAdvanceClock } from '../support/hasty-clock.js'
import { ManualClock } from '../support/manual-clock.js'
import { type Interceptor, type Passing, untilGone } from '../support/wire.js'

/** Backoffs are half of their maximum. */
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0.5))
afterEach(() => void vi.restoreAllMocks())

const json = async ({ pass }: Passing) => JSON.parse(await (await pass()).text())

const TROUBLES: [
  title: string,
  intercept: (request: Passing) => ReturnType<Interceptor>,
  error: { new (...args: never[]): Error },
][] = [
  ['a dropped connection', () => 'cut', NetworkError],
  ['HTTP 502', () => new Response('<html>bad gateway</html>', { status: 502 }), NetworkError],
  ['a captive portal page', () => '<!DOCTYPE html><html><body>Room number?</body></html>', ProtocolError],
  ['an empty body', () => '', ProtocolError],
  ['a truncated body', async (request) => JSON.stringify(await json(request)).slice(0, -7), ProtocolError],
  ['a number', () => '42', ProtocolError],
  ['JSON without BaseResponse', () => '{}', ProtocolError],
  [
    'messages of the wrong type',
    async (request) => JSON.stringify({ ...(await json(request)), AddMsgList: 'none' }),
    ProtocolError,
  ],
  [
    'a cursor of the wrong type',
    async (request) => JSON.stringify({ ...(await json(request)), SyncKey: '7_1' }),
    ProtocolError,
  ],
]

describe.each(['synccheck', 'webwxsync'])('a %s request', (endpoint) => {
  const isScript = endpoint === 'synccheck'
  const troubles = TROUBLES.filter(([title]) => !isScript || !/type|truncated/.test(title))
  test.each(troubles)(
    'that results in %s is reported and retried, and no message is lost or repeated',
    async (_, intercept, error) => {
      const { wire, bot, friend } = await echoBot({ clock: new AutoAdvanceClock() })
      const offline = events(bot, 'offline')
      const seen = states(bot)
      const online = nextEvent(bot, 'online')
      let remaining = isScript ? 2 : 4
      wire.intercept = (request) => (request.endpoint === endpoint && remaining-- > 0 ? intercept(request) : undefined)
      friend.say('1')
      // The held poll returns the message; the next poll fails.
      await Promise.all([online, friend.nextMessage().then(({ text }) => expect(text).toBe('got 1'))])
      friend.say('2')
      expect((await friend.nextMessage()).text).toBe('got 2')
      expect(friend.unread).toEqual([])
      expect(offline.length).toBeGreaterThan(0)
      for (const { error: reported } of offline) expect(reported).toBeInstanceOf(error)
      expect(new Set(seen)).toEqual(new Set(['offline reconnecting', 'online online']))
    },
  )
})

test.each([
  ['an unknown host name', 'ENOTFOUND'],
  ['a refused connection', 'ECONNREFUSED'],
])('a bot recovers from %s', async (_, code) => {
  let isDown = false
  const connect = buildConnector({})
  const dispatcher = new Agent({
    keepAliveTimeout: 1,
    connect: (options, done) =>
      isDown ? done(Object.assign(new Error(code), { code }), null) : connect(options, done),
  })
  const { wire, bot, friend } = await echoBot({ clock: new AutoAdvanceClock(), dispatcher })
  const offline = events(bot, 'offline')
  let refused = 0
  bot.on('offline', () => {
    if (++refused === 5) isDown = false
  })
  isDown = true
  const online = nextEvent(bot, 'online')
  wire.intercept = () => 'cut'
  friend.say('1')
  await nextEvent(bot, 'offline')
  wire.intercept = undefined
  await online
  expect((await friend.nextMessage()).text).toBe('got 1')
  expect(offline.map(({ error }) => String(error)).join()).toContain(code)
  expect(bot.state).toBe('online')
})

describe('a bot after system sleep', () => {
  /** A clock that can jump ahead. */
  function jumpingClock() {
    const clock = new ManualClock()
    const now = clock.now
    let sleptMs = 0
    clock.now = () => now() + sleptMs
    return { clock, sleep: (ms: number) => (sleptMs += ms) }
  }

  test('polls again at once, long before the current poll would time out', async () => {
    const { clock, sleep } = jumpingClock()
    const { sandbox, wire, bot, friend } = await echoBot({ clock })
    // The connection delivers no replies.
    wire.intercept = (request) => (request.endpoint === 'synccheck' ? untilGone(request) : undefined)
    friend.say('0')
    await friend.nextMessage()
    const polls = wire.count('synccheck')
    await wire.seen('synccheck', polls)
    const offline = events(bot, 'offline')
    wire.intercept = undefined
    await clock.waitFor(2)
    friend.say('while it slept')
    sleep(3_600_000)
    await clock.advance(12_000)
    expect((await friend.nextMessage()).text).toBe('got while it slept')
    expect(offline).toEqual([{ error: expect.any(NetworkError), retryInMs: 0 }])
    expect(String(offline[0]?.error)).toContain('jumped by 3600 s')
    await sandbox.held('synccheck')
    expect(bot.state).toBe('online')
  })

  test('skips the rest of a pause', async () => {
    const { clock, sleep } = jumpingClock()
    vi.mocked(Math.random).mockReturnValue(1)
    const { wire, bot, friend } = await echoBot({ clock })
    wire.intercept = () => 'cut'
    friend.say('1')
    const pauses: number[] = []
    const long = gate()
    bot.on('offline', ({ retryInMs }) => {
      pauses.push(retryInMs)
      if (retryInMs === 60_000) long.open()
      else if (retryInMs > 0) queueMicrotask(() => clock.advance(retryInMs))
    })
    const stop = new AbortController()
    void clock.hurry(8_000, stop.signal)
    await long.opened
    stop.abort()
    wire.intercept = undefined
    const online = nextEvent(bot, 'online')
    sleep(3_600_000)
    await clock.advance(12_000)
    await online
    expect(pauses.at(-1)).toBe(0)
    expect((await friend.nextMessage()).text).toBe('got 1')
  })
})

test('a bot syncs every five minutes even when polls report no messages', async () => {
  const clock = new ManualClock()
  const { wire, friend } = await echoBot({ clock })
  let polls = 0
  const polled = gate()
  const quietPoll = 'window.synccheck={retcode:"0",selector:"0"}'
  wire.intercept = async (request) => {
    if (request.endpoint !== 'synccheck') return undefined
    if (++polls === 3) polled.open()
    return quietPoll
  }
  // The held poll still returns this message.
  friend.say('0')
  await friend.nextMessage()
  friend.say('1')
  const stop = new AbortController()
  void clock.hurry(1_000, stop.signal)
  await polled.opened
  const from = clock.now()
  expect((await friend.nextMessage()).text).toBe('got 1')
  stop.abort()
  expect(clock.now() - from).toBeGreaterThan(290_000)
  expect(clock.now() - from).toBeLessThan(310_000)
})

test('a late reply to a request from the previous session does not end the current session', async () => {
  const { sandbox, wire, bot, running } = await echoBot()
  const late = gate()
  wire.intercept = async (request) => {
    if (request.endpoint !== 'webwxsendmsg') return undefined
    await late.opened
    return JSON.stringify({ BaseResponse: { Ret: 1101 } })
  }
  const send = failureOf(bot.send('x', 'filehelper'))
  await wire.seen('webwxsendmsg')
  sandbox.expireSession(1101)
  await running
  await bot.login()
  await sandbox.held('synccheck')
  late.open()
  expect(await send).toMatchObject({ name: 'ServerError', ret: 1101 })
  expect(bot.state).toBe('online')
})

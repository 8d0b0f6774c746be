import { NetworkError, ProtocolError } from 'itchat'
import { Agent, buildConnector } from 'undici'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { events, nextEvent } from '../support/bot.js'
import { echoBot, states } from '../support/echo-bot.js'
import { failureOf, gate } from '../support/gate.js'
import { HastyClock } from '../support/hasty-clock.js'
import { ManualClock } from '../support/manual-clock.js'
import { type Passing, type Trouble, untilGone } from '../support/wire.js'

/** Back-offs are half of the most they can be. */
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0.5))
afterEach(() => void vi.restoreAllMocks())

const json = async ({ pass }: Passing) => JSON.parse(await (await pass()).text())

const TROUBLES: [
  what: string,
  trouble: (request: Passing) => ReturnType<Trouble>,
  error: { new (...given: never[]): Error },
][] = [
  ['a line that breaks', () => 'cut', NetworkError],
  ['HTTP 502', () => new Response('<html>bad gateway</html>', { status: 502 }), NetworkError],
  ['a page of a hotel', () => '<!DOCTYPE html><html><body>Room number?</body></html>', ProtocolError],
  ['nothing', () => '', ProtocolError],
  ['a body that is cut off', async (request) => JSON.stringify(await json(request)).slice(0, -7), ProtocolError],
  ['a number', () => '42', ProtocolError],
  ['JSON without BaseResponse', () => '{}', ProtocolError],
  [
    'messages of a wrong type',
    async (request) => JSON.stringify({ ...(await json(request)), AddMsgList: 'none' }),
    ProtocolError,
  ],
  [
    'a position of a wrong type',
    async (request) => JSON.stringify({ ...(await json(request)), SyncKey: '7_1' }),
    ProtocolError,
  ],
]

describe.each(['synccheck', 'webwxsync'])('%s', (endpoint) => {
  const isScript = endpoint === 'synccheck'
  const troubles = TROUBLES.filter(([what]) => !isScript || !/type|cut off/.test(what))
  test.each(troubles)(
    'answered with %s: told, tried again, nothing lost and nothing twice',
    async (_, trouble, error) => {
      const { wire, bot, friend } = await echoBot({ clock: new HastyClock() })
      const offline = events(bot, 'offline')
      const seen = states(bot)
      const back = nextEvent(bot, 'online')
      let left = isScript ? 2 : 4
      wire.trouble = (request) => (request.endpoint === endpoint && left-- > 0 ? trouble(request) : undefined)
      friend.say('1')
      // The poll that is held brings it; the next one meets the trouble.
      await Promise.all([back, friend.nextMessage().then(({ text }) => expect(text).toBe('got 1'))])
      friend.say('2')
      expect((await friend.nextMessage()).text).toBe('got 2')
      expect(friend.unread).toEqual([])
      expect(offline.length).toBeGreaterThan(0)
      for (const { error: told } of offline) expect(told).toBeInstanceOf(error)
      expect(new Set(seen)).toEqual(new Set(['offline reconnecting', 'online online']))
    },
  )
})

test.each([
  ['the name is not known', 'ENOTFOUND'],
  ['nobody listens', 'ECONNREFUSED'],
])('%s for a while: the same', async (_, code) => {
  let isDown = false
  const connect = buildConnector({})
  const dispatcher = new Agent({
    keepAliveTimeout: 1,
    connect: (options, done) =>
      isDown ? done(Object.assign(new Error(code), { code }), null) : connect(options, done),
  })
  const { wire, bot, friend } = await echoBot({ clock: new HastyClock(), dispatcher })
  const offline = events(bot, 'offline')
  let refused = 0
  bot.on('offline', () => {
    if (++refused === 5) isDown = false
  })
  isDown = true
  const back = nextEvent(bot, 'online')
  wire.trouble = () => 'cut'
  friend.say('1')
  await nextEvent(bot, 'offline')
  wire.trouble = undefined
  await back
  expect((await friend.nextMessage()).text).toBe('got 1')
  expect(offline.map(({ error }) => String(error)).join()).toContain(code)
  expect(bot.state).toBe('online')
})

describe('a computer that sleeps', () => {
  /** A clock that can jump. */
  function jumpingClock() {
    const clock = new ManualClock()
    const now = clock.now
    let sleptMs = 0
    clock.now = () => now() + sleptMs
    return { clock, sleep: (ms: number) => (sleptMs += ms) }
  }

  test('asks anew when it wakes, long before the poll would be given up', async () => {
    const { clock, sleep } = jumpingClock()
    const { sandbox, wire, bot, friend } = await echoBot({ clock })
    // A line on which nothing comes any more.
    wire.trouble = (request) => (request.endpoint === 'synccheck' ? untilGone(request) : undefined)
    friend.say('0')
    await friend.nextMessage()
    const polls = wire.count('synccheck')
    await wire.seen('synccheck', polls)
    const offline = events(bot, 'offline')
    wire.trouble = undefined
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

  test('does not sit out a pause that is left', async () => {
    const { clock, sleep } = jumpingClock()
    vi.mocked(Math.random).mockReturnValue(1)
    const { wire, bot, friend } = await echoBot({ clock })
    wire.trouble = () => 'cut'
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
    wire.trouble = undefined
    const back = nextEvent(bot, 'online')
    sleep(3_600_000)
    await clock.advance(12_000)
    await back
    expect(pauses.at(-1)).toBe(0)
    expect((await friend.nextMessage()).text).toBe('got 1')
  })
})

test('polls that tell nothing: a sync is made every five minutes all the same', async () => {
  const clock = new ManualClock()
  const { wire, friend } = await echoBot({ clock })
  let polls = 0
  const asked = gate()
  const quietPoll = 'window.synccheck={retcode:"0",selector:"0"}'
  wire.trouble = async (request) => {
    if (request.endpoint !== 'synccheck') return undefined
    if (++polls === 3) asked.open()
    return quietPoll
  }
  // The poll that is held still brings this one.
  friend.say('0')
  await friend.nextMessage()
  friend.say('1')
  const stop = new AbortController()
  void clock.hurry(1_000, stop.signal)
  await asked.opened
  const from = clock.now()
  expect((await friend.nextMessage()).text).toBe('got 1')
  stop.abort()
  expect(clock.now() - from).toBeGreaterThan(290_000)
  expect(clock.now() - from).toBeLessThan(310_000)
})

test('an answer about the session before does not end this one', async () => {
  const { sandbox, wire, bot, running } = await echoBot()
  const late = gate()
  wire.trouble = async (request) => {
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

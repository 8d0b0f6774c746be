import { type Itchat, type ItchatOptions, TEXT } from 'itchat'
import type { Sandbox, SandboxOptions } from 'itchat/sandbox'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { botFor, events, nextEvent, sandboxFor } from '../support/bot.js'
import { gate } from '../support/gate.js'
import { AutoAdvanceClock } from '../support/hasty-clock.js'
import { ManualClock } from '../support/manual-clock.js'
import { type Interceptor, untilGone, type Wire, wireTo } from '../support/wire.js'

interface Scene {
  sandbox: Sandbox
  wire: Wire
  bot: Itchat
}

/** A bot that has logged in through a connection on which every request, including the first one, can be intercepted. */
async function onWire(
  options: ItchatOptions = {},
  { intercept, ...rest }: SandboxOptions & { intercept?: Interceptor } = {},
): Promise<Scene> {
  const sandbox = await sandboxFor(rest)
  const wire = await wireTo(sandbox, intercept)
  const bot = botFor(wire, options)
  await bot.login()
  return { sandbox, wire, bot }
}

/** Applies `intercept` to polls only. */
const onPoll =
  (intercept: Interceptor): Interceptor =>
  (request) =>
    request.endpoint === 'synccheck' ? intercept(request) : undefined

const answer = (retcode: number, selector: number) => `window.synccheck={retcode:"${retcode}",selector:"${selector}"}`

/** Advances the clock to the end of each backoff. */
function skipPauses(bot: Itchat, clock: ManualClock): void {
  bot.on('offline', ({ retryInMs }) => queueMicrotask(() => clock.advance(retryInMs)))
}

afterEach(() => vi.restoreAllMocks())

test('the backoff increases when only polls fail', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1)
  const clock = new ManualClock()
  const sandbox = await sandboxFor()
  const wire = await wireTo(
    sandbox,
    onPoll(() => 'cut'),
  )
  const bot = botFor(wire, { clock })
  const offline = events(bot, 'offline')
  const online = events(bot, 'online')
  skipPauses(bot, clock)
  await bot.login()
  void bot.run()
  await wire.seen('synccheck', 9)
  expect(offline.slice(0, 8).map(({ retryInMs }) => retryInMs)).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000,
  ])
  // Each sync in between succeeded and set the state to online.
  expect(online).toHaveLength(9)
})

test('the backoff is reset after a successful poll', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1)
  const clock = new ManualClock()
  const outcomes = ['cut', 'cut', 'cut', 'message', 'cut'] as const
  let polls = 0
  const sandbox = await sandboxFor()
  const wire = await wireTo(
    sandbox,
    onPoll(({ pass }) => {
      const outcome = outcomes[polls++]
      if (outcome === 'message') sandbox.friend('小满').say('x')
      return outcome === 'cut' ? outcome : pass()
    }),
  )
  const bot = botFor(wire, { clock })
  const offline = events(bot, 'offline')
  skipPauses(bot, clock)
  await bot.login()
  void bot.run()
  await wire.seen('synccheck', 6)
  expect(offline.map(({ retryInMs }) => retryInMs)).toEqual([1_000, 2_000, 4_000, 1_000])
})

describe('a server that replies to polls at once', () => {
  test.each([
    ['without messages', 0],
    ['with a selector but no messages', 2],
  ])('%s is polled at most once per second', async (_, selector) => {
    const clock = new ManualClock()
    const stop = new AbortController()
    void clock.hurry(1_000, stop.signal)
    const polledAt: number[] = []
    const enough = gate()
    const { bot } = await onWire(
      { clock },
      {
        intercept: onPoll(() => {
          if (polledAt.push(clock.now()) === 7) enough.open()
          return answer(0, selector)
        }),
      },
    )
    void bot.run()
    await enough.opened
    stop.abort()
    // The first poll may have returned the notice that the web client is online.
    const pauses = polledAt.slice(2, 7).map((ms, index) => ms - (polledAt[index + 1] ?? 0))
    expect(pauses).toEqual([1_000, 1_000, 1_000, 1_000, 1_000])
  })

  test('with messages is polled again without a pause', async () => {
    const clock = new ManualClock()
    const { sandbox, bot } = await onWire({ clock })
    bot.msgRegister(TEXT, (msg) => msg.text)
    void bot.run()
    const friend = sandbox.friend('小满')
    for (const text of ['1', '2', '3']) {
      friend.say(text)
      expect((await friend.nextMessage()).text).toBe(text)
    }
  })
})

describe('requests without a reply', () => {
  test('a poll times out after 35 s', async () => {
    const clock = new ManualClock()
    const { sandbox, wire, bot } = await onWire({ clock })
    const offline = events(bot, 'offline')
    void bot.run()
    await sandbox.held('synccheck')
    wire.intercept = (request) => (request.endpoint === 'synccheck' ? untilGone(request) : undefined)
    const before = wire.count('synccheck')
    sandbox.friend('小满').say('ends the poll that is held')
    await wire.seen('synccheck', before + 1)
    await clock.waitForSleep(35_000)
    const reported = nextEvent(bot, 'offline')
    await clock.advance(34_999)
    expect(offline).toEqual([])
    await clock.advance(1)
    expect(String((await reported).error)).toContain('within 35 s')
  })

  test('a sync times out after 15 s', async () => {
    const clock = new ManualClock()
    const { sandbox, wire, bot } = await onWire({ clock })
    void bot.run()
    await sandbox.held('synccheck')
    let isBroken = true
    wire.intercept = (request) => (isBroken && request.endpoint === 'webwxsync' ? untilGone(request) : undefined)
    const before = wire.count('webwxsync')
    bot.msgRegister(TEXT, (msg) => msg.text)
    sandbox.friend('小满').say('x')
    await wire.seen('webwxsync', before + 1)
    await clock.waitForSleep(15_000)
    await clock.advance(14_999)
    expect(wire.requests.at(-1)?.signal.aborted).toBe(false)
    isBroken = false
    await clock.advance(1)
    // The pause before the next attempt.
    await clock.advance(1_000)
    expect((await sandbox.friend('小满').nextMessage()).text).toBe('x')
    expect(wire.count('webwxsync')).toBe(before + 2)
  })

  test('a sync is tried three times before the connection is considered lost', async () => {
    const { sandbox, wire, bot } = await onWire({ clock: new AutoAdvanceClock() })
    bot.msgRegister(TEXT, (msg) => msg.text)
    void bot.run()
    await sandbox.held('synccheck')
    const before = wire.count('webwxsync')
    wire.intercept = ({ endpoint }) => (endpoint === 'webwxsync' ? 'cut' : undefined)
    const tries = nextEvent(bot, 'offline').then(() => wire.count('webwxsync') - before)
    sandbox.friend('小满').say('x')
    expect(await tries).toBe(3)
    wire.intercept = undefined
    expect((await sandbox.friend('小满').nextMessage()).text).toBe('x')
    expect(sandbox.friend('小满').unread).toEqual([])
  })
})

test('all pages of a sync are fetched in order before the next poll', async () => {
  const { sandbox, wire, bot } = await onWire({}, { syncPageSize: 1 })
  const seen: string[] = []
  const all = gate()
  bot.msgRegister(TEXT, (msg) => {
    seen.push(msg.text)
    if (seen.length === 3) all.open()
  })
  void bot.run()
  await sandbox.held('synccheck')
  const before = wire.requests.length
  for (const text of ['1', '2', '3']) sandbox.friend('小满').say(text)
  await all.opened
  await wire.seen(
    'synccheck',
    wire.requests.slice(0, before).filter(({ endpoint }) => endpoint === 'synccheck').length + 1,
  )
  expect(seen).toEqual(['1', '2', '3'])
  expect(wire.requests.slice(before).map(({ endpoint }) => endpoint)).toEqual([
    'webwxsync',
    'webwxsync',
    'webwxsync',
    'synccheck',
  ])
})

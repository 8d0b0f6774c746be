import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Itchat, type ItchatOptions, LoggedOutError, type LoginOptions, StateError, TEXT } from 'itchat'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { botFor, events, nextEvent, recordingLogger, sandboxFor } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { AutoAdvanceClock } from '../support/hasty-clock.js'
import { ManualClock } from '../support/manual-clock.js'
import { wireTo } from '../support/wire.js'

/** Pauses before the first attempt take no time. */
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0))
afterEach(() => void vi.restoreAllMocks())

/** A running bot; every login is confirmed automatically. */
async function running(login: LoginOptions, options: ItchatOptions = {}) {
  const sandbox = await sandboxFor()
  const wire = await wireTo(sandbox)
  const bot = botFor(wire, options)
  bot.msgRegister(TEXT, (msg) => `got ${msg.text}`)
  await bot.login(login)
  const run = bot.run()
  await sandbox.held('synccheck')
  return { sandbox, wire, bot, run, friend: sandbox.friend('小满') }
}

/** Records each event with the state at that time. */
function recordEvents(bot: Itchat): string[] {
  const seen: string[] = []
  for (const event of ['login', 'logout', 'online', 'offline', 'relogin', 'qr'] as const) {
    bot.on(event, () => seen.push(`${event} ${bot.state}`))
  }
  return seen
}

describe.each([
  [1100, 'phone'],
  [1101, 'elsewhere'],
  [1102, 'expired'],
] as const)('a session that ends with code %i', (code, reason) => {
  test('is replaced after confirmation on the phone; handlers stay registered and run() continues', async () => {
    const { sandbox, wire, bot, run, friend } = await running({ relogin: 'push' })
    const seen = recordEvents(bot)
    const logouts = events(bot, 'logout')
    const relogins = events(bot, 'relogin')
    let isEnded = false
    void run.then(() => {
      isEnded = true
    })
    const online = nextEvent(bot, 'online')
    sandbox.expireSession(code)
    await online
    await sandbox.held('synccheck')
    friend.say('1')
    expect((await friend.nextMessage()).text).toBe('got 1')
    expect(logouts).toEqual([{ reason }])
    expect(relogins).toEqual([{ reason, attempt: 1, retryInMs: 0 }])
    expect(seen).toEqual(['logout loggedOut', 'relogin loggedOut', 'login online', 'online online'])
    expect(wire.count('jslogin')).toBe(1)
    expect(bot.searchFriends({ name: '小满' })).toHaveLength(1)
    expect(isEnded).toBe(false)
    // A session can be lost more than once.
    const again = nextEvent(bot, 'relogin')
    sandbox.expireSession(code)
    expect((await again).attempt).toBe(2)
    await bot.close()
    await run
  })
})

test('without the relogin option, a lost session ends run()', async () => {
  const { sandbox, wire, bot, run } = await running({})
  const relogins = events(bot, 'relogin')
  sandbox.expireSession(1101)
  await run
  expect(bot.state).toBe('loggedOut')
  expect(relogins).toEqual([])
  expect(wire.count('webwxpushloginurl')).toBe(0)
})

describe('when the push login is refused', () => {
  test("relogin 'push' stops: run() resolves, exitCallback runs once, and no QR code is shown", async () => {
    const exits: string[] = []
    const { lines, logger } = recordingLogger()
    let bot: Itchat | undefined
    const scene = await running(
      { relogin: 'push', exitCallback: () => void exits.push(String(bot?.state)) },
      { logger },
    )
    bot = scene.bot
    const { sandbox, wire, run } = scene
    const seen = recordEvents(bot)
    wire.intercept = ({ endpoint }) =>
      endpoint === 'webwxpushloginurl' ? '{"ret":"1","msg":"no","uuid":""}' : undefined
    sandbox.expireSession(1101)
    await run
    expect(exits).toEqual(['loggedOut'])
    expect(seen).toEqual(['logout loggedOut', 'relogin loggedOut'])
    expect(wire.count('jslogin')).toBe(1)
    expect(lines.filter((line) => line.includes('Relogin failed'))).toHaveLength(1)
  })

  test("relogin 'qr' passes a QR code to the same qrCallback", async () => {
    const shown: string[] = []
    const { sandbox, wire, bot, friend } = await running({
      relogin: 'qr',
      qrCallback: ({ status }) => void shown.push(status),
    })
    wire.intercept = ({ endpoint }) =>
      endpoint === 'webwxpushloginurl' ? '{"ret":"1","msg":"no","uuid":""}' : undefined
    shown.length = 0
    const online = nextEvent(bot, 'online')
    sandbox.expireSession(1101)
    await online
    friend.say('1')
    expect((await friend.nextMessage()).text).toBe('got 1')
    expect(shown[0]).toBe('0')
    expect(shown.at(-1)).toBe('200')
  })

  test('the login of an account that is now refused is not retried forever', async () => {
    const { sandbox, bot, run } = await running({ relogin: 'qr' })
    sandbox.phone.refuse()
    sandbox.expireSession(1101)
    await run
    expect(bot.state).toBe('loggedOut')
  })
})

test('a relogin waits until a lost connection is restored', async () => {
  const clock = new AutoAdvanceClock()
  const { sandbox, wire, bot, friend } = await running({ relogin: 'push' }, { clock })
  let remaining = 7
  wire.intercept = ({ endpoint }) => {
    if (endpoint === 'synccheck' || remaining === 0) return undefined
    remaining--
    return 'cut'
  }
  const online = nextEvent(bot, 'online')
  sandbox.expireSession(1101)
  await online
  expect(remaining).toBe(0)
  friend.say('1')
  expect((await friend.nextMessage()).text).toBe('got 1')
})

test('a hanging handler from the previous session does not block the next session', async () => {
  const { sandbox, bot, friend } = await running({ relogin: 'push' })
  const started = gate()
  const release = gate()
  bot.msgRegister(TEXT, (msg) => {
    if (msg.text !== 'hang') return `got ${msg.text}`
    started.open()
    return release.opened
  })
  friend.say('hang')
  await started.opened
  const online = nextEvent(bot, 'online')
  sandbox.expireSession(1101)
  await online
  const other = sandbox.friend('沈青禾')
  other.say('1')
  expect((await other.nextMessage()).text).toBe('got 1')
  release.open()
})

test.each([true, false])(
  'pending messages from the previous session are handled once in the next session (hot reload: %s)',
  async (hotReload) => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    const statusStorageDir = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'state.json')
    const started = gate()
    const release = gate()
    const both = gate()
    const seen: [text: string, stale: boolean][] = []
    bot.msgRegister(TEXT, async (msg) => {
      seen.push([msg.text, msg.stale])
      if (seen.length === 2) both.open()
      started.open()
      await release.opened
    })
    await bot.autoLogin({ hotReload, statusStorageDir, relogin: 'push' })
    void bot.run()
    const friend = sandbox.friend('小满')
    friend.say('1')
    await started.opened
    await sandbox.held('synccheck')
    const delivered = new Promise<void>((resolve) => sandbox.on('delivered', () => resolve()))
    friend.say('2')
    await delivered
    await sandbox.held('synccheck')
    const online = nextEvent(bot, 'online')
    sandbox.expireSession(1101)
    await online
    release.open()
    await both.opened
    await bot.close()
    expect(seen).toEqual([
      ['1', false],
      ['2', true],
    ])
  },
)

test('an own message that is waiting for a send from the previous session is handled once', async () => {
  const sandbox = await sandboxFor()
  const answer = gate()
  const wire = await wireTo(sandbox, async ({ endpoint, pass }) => {
    if (endpoint !== 'webwxsendmsg') return undefined
    const reply = await pass()
    await answer.opened
    return reply
  })
  const bot = botFor(wire)
  const seen: [text: string, stale: boolean][] = []
  const last = gate()
  bot.msgRegister(TEXT, (msg) => {
    seen.push([msg.text, msg.stale])
    if (msg.text === 'last') last.open()
  })
  const statusStorageDir = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'state.json')
  await bot.autoLogin({ hotReload: true, statusStorageDir, relogin: 'push' })
  void bot.run()
  await sandbox.held('synccheck')
  const sending = bot.sendMsg('from the bot', 'filehelper').catch(() => {})
  await sandbox.official('filehelper').nextMessage()
  const delivered = new Promise<void>((resolve) => sandbox.on('delivered', () => resolve()))
  sandbox.owner.say('filehelper', 'command')
  await delivered
  await sandbox.held('synccheck')
  const online = nextEvent(bot, 'online')
  sandbox.expireSession(1101)
  await online
  answer.open()
  await sending
  await sandbox.held('synccheck')
  sandbox.owner.say('filehelper', 'last')
  await last.opened
  expect(seen).toEqual([
    ['command', true],
    ['last', false],
  ])
})

test('pending sends from the previous session reject with LoggedOutError', async () => {
  const clock = new ManualClock()
  const { sandbox, bot } = await running({ relogin: 'push' }, { clock, pacing: { burst: 1 } })
  await bot.send('uses the only token', 'filehelper')
  const pending = failureOf(bot.send('waits', 'filehelper'))
  sandbox.expireSession(1101)
  expect(await pending).toBeInstanceOf(LoggedOutError)
})

describe('ending the bot', () => {
  test.each(['logout', 'close'] as const)('with %s() starts no relogin', async (end) => {
    const { wire, bot, run } = await running({ relogin: 'qr' })
    const relogins = events(bot, 'relogin')
    await bot[end]()
    await run
    expect(relogins).toEqual([])
    expect(wire.count('webwxpushloginurl')).toBe(0)
    expect(wire.count('jslogin')).toBe(1)
  })

  test.each(['logout', 'close'] as const)(
    'with %s() while waiting for the scan resolves run() after exitCallback',
    async (end) => {
      const order: string[] = []
      const sandbox = await sandboxFor({ autoLogin: false })
      const bot = botFor(sandbox)
      const confirm = [bot.on('qr', () => sandbox.phone.scan()), bot.on('scanned', () => sandbox.phone.confirm())]
      await bot.login({ relogin: 'qr', exitCallback: () => void order.push('exitCallback') })
      for (const off of confirm) off()
      const run = bot.run().then(() => order.push('run'))
      await sandbox.held('synccheck')
      const relogin = nextEvent(bot, 'relogin')
      sandbox.expireSession(1102)
      await relogin
      await sandbox.held('login')
      expect(bot.state).toMatch(/^waitingFor/)
      await bot[end]()
      expect(order[0]).toBe('exitCallback')
      await run
      expect(bot.state).toBe(end === 'close' ? 'closed' : 'loggedOut')
      expect(order).toEqual(['exitCallback', 'run'])
    },
  )

  test('with close() in the loginCallback of the second login closes the instance', async () => {
    let logins = 0
    const scene: { bot?: Itchat } = {}
    const { sandbox, bot, run } = await running({
      relogin: 'push',
      loginCallback: () => {
        if (++logins === 2) return scene.bot?.close()
      },
    })
    scene.bot = bot
    sandbox.expireSession(1101)
    await run
    await bot.close()
    expect(bot.state).toBe('closed')
    expect(await failureOf(bot.login())).toBeInstanceOf(StateError)
  })

  test.each(['logout', 'close'] as const)('with %s() is possible in exitCallback', async (end) => {
    const scene: { bot?: Itchat } = {}
    const { sandbox, wire, bot, run } = await running({ relogin: 'push', exitCallback: () => scene.bot?.[end]() })
    scene.bot = bot
    wire.intercept = ({ endpoint }) =>
      endpoint === 'webwxpushloginurl' ? '{"ret":"1","msg":"no","uuid":""}' : undefined
    sandbox.expireSession(1101)
    await run
    expect(bot.state).toBe(end === 'close' ? 'closed' : 'loggedOut')
  })
})

describe('a server or another bot that keeps ending the session', () => {
  test('causes increasing pauses of up to an hour between logins, each with a log line', async () => {
    vi.mocked(Math.random).mockReturnValue(1)
    const { lines, logger } = recordingLogger()
    const clock = new ManualClock()
    const { sandbox, wire, bot } = await running({ relogin: 'push' }, { clock, logger })
    const pauses: number[] = []
    const enough = gate()
    bot.on('relogin', ({ attempt, retryInMs }) => {
      pauses.push(retryInMs)
      if (attempt === 9) enough.open()
      else setImmediate(() => void clock.advance(retryInMs))
    })
    bot.on('online', () => void sandbox.held('synccheck').then(() => sandbox.expireSession(1101)))
    sandbox.expireSession(1101)
    await enough.opened
    const minute = 60_000
    expect(pauses).toEqual([1_000, 1, 2, 4, 8, 16, 32, 60, 60].map((ms, index) => (index === 0 ? ms : ms * minute)))
    expect(wire.count('webwxpushloginurl')).toBe(8)
    expect(lines.filter((line) => line.includes('another program'))).toHaveLength(8)
  })

  test('does not delay the relogin after a session of ten minutes', async () => {
    const clock = new ManualClock()
    const { sandbox, bot } = await running({ relogin: 'push' }, { clock })
    const attempts: number[] = []
    bot.on('relogin', ({ attempt }) => attempts.push(attempt))
    for (let count = 0; count < 3; count++) {
      // Time passes while only the poll is in flight, and the poll is answered in time.
      const later = clock.now() + 601_000
      clock.now = () => later
      clock.monotonicMs = () => later
      const relogin = nextEvent(bot, 'relogin')
      const online = nextEvent(bot, 'online')
      sandbox.expireSession(1101)
      await relogin
      await clock.waitForSleep(0)
      await clock.advance(0)
      await online
      await sandbox.held('synccheck')
    }
    expect(attempts).toEqual([1, 1, 1])
  })
})

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Itchat, type ItchatOptions, LoggedOutError, type LoginOptions, StateError, TEXT } from 'itchat'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { botFor, events, nextEvent, recordingLogger, sandboxFor } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { HastyClock } from '../support/hasty-clock.js'
import { ManualClock } from '../support/manual-clock.js'
import { wireTo } from '../support/wire.js'

/** Pauses before the first try take no time. */
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0))
afterEach(() => void vi.restoreAllMocks())

/** A bot that runs; every login is confirmed by itself. */
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

/** Names of events, with the state that was told at each. */
function told(bot: Itchat): string[] {
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
] as const)('a session that ends with %i', (code, reason) => {
  test('is offered again: the phone confirms, handlers are kept, run() goes on', async () => {
    const { sandbox, wire, bot, run, friend } = await running({ relogin: 'push' })
    const seen = told(bot)
    const logouts = events(bot, 'logout')
    const relogins = events(bot, 'relogin')
    let isOver = false
    void run.then(() => {
      isOver = true
    })
    const back = nextEvent(bot, 'online')
    sandbox.expireSession(code)
    await back
    await sandbox.held('synccheck')
    friend.say('1')
    expect((await friend.nextMessage()).text).toBe('got 1')
    expect(logouts).toEqual([{ reason }])
    expect(relogins).toEqual([{ reason, attempt: 1, retryInMs: 0 }])
    expect(seen).toEqual(['logout loggedOut', 'relogin loggedOut', 'login online', 'online online'])
    expect(wire.count('jslogin')).toBe(1)
    expect(bot.searchFriends({ name: '小满' })).toHaveLength(1)
    expect(isOver).toBe(false)
    // It may happen more than once.
    const again = nextEvent(bot, 'relogin')
    sandbox.expireSession(code)
    expect((await again).attempt).toBe(2)
    await bot.close()
    await run
  })
})

test('without the option a lost session ends it', async () => {
  const { sandbox, wire, bot, run } = await running({})
  const relogins = events(bot, 'relogin')
  sandbox.expireSession(1101)
  await run
  expect(bot.state).toBe('loggedOut')
  expect(relogins).toEqual([])
  expect(wire.count('webwxpushloginurl')).toBe(0)
})

describe('when the phone refuses', () => {
  test("'push' gives up: run() resolves, exitCallback runs once, nothing is shown", async () => {
    const exits: string[] = []
    const { lines, logger } = recordingLogger()
    let bot: Itchat | undefined
    const scene = await running(
      { relogin: 'push', exitCallback: () => void exits.push(String(bot?.state)) },
      { logger },
    )
    bot = scene.bot
    const { sandbox, wire, run } = scene
    const seen = told(bot)
    wire.trouble = ({ endpoint }) => (endpoint === 'webwxpushloginurl' ? '{"ret":"1","msg":"no","uuid":""}' : undefined)
    sandbox.expireSession(1101)
    await run
    expect(exits).toEqual(['loggedOut'])
    expect(seen).toEqual(['logout loggedOut', 'relogin loggedOut'])
    expect(wire.count('jslogin')).toBe(1)
    expect(lines.filter((line) => line.includes('did not confirm'))).toHaveLength(1)
  })

  test("'qr' shows a QR through the same callback", async () => {
    const shown: string[] = []
    const { sandbox, wire, bot, friend } = await running({
      relogin: 'qr',
      qrCallback: ({ status }) => void shown.push(status),
    })
    wire.trouble = ({ endpoint }) => (endpoint === 'webwxpushloginurl' ? '{"ret":"1","msg":"no","uuid":""}' : undefined)
    shown.length = 0
    const back = nextEvent(bot, 'online')
    sandbox.expireSession(1101)
    await back
    friend.say('1')
    expect((await friend.nextMessage()).text).toBe('got 1')
    expect(shown[0]).toBe('0')
    expect(shown.at(-1)).toBe('200')
  })

  test('an account that is refused now is not tried for ever', async () => {
    const { sandbox, bot, run } = await running({ relogin: 'qr' })
    sandbox.phone.refuse()
    sandbox.expireSession(1101)
    await run
    expect(bot.state).toBe('loggedOut')
  })
})

test('a line that is down in the meantime is waited for', async () => {
  const clock = new HastyClock()
  const { sandbox, wire, bot, friend } = await running({ relogin: 'push' }, { clock })
  let left = 7
  wire.trouble = ({ endpoint }) => {
    if (endpoint === 'synccheck' || left === 0) return undefined
    left--
    return 'cut'
  }
  const back = nextEvent(bot, 'online')
  sandbox.expireSession(1101)
  await back
  expect(left).toBe(0)
  friend.say('1')
  expect((await friend.nextMessage()).text).toBe('got 1')
})

test('a handler that hangs from the session before holds nothing up', async () => {
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
  const back = nextEvent(bot, 'online')
  sandbox.expireSession(1101)
  await back
  const other = sandbox.friend('沈青禾')
  other.say('1')
  expect((await other.nextMessage()).text).toBe('got 1')
  release.open()
})

test.each([true, false])(
  'what waited in the session before is handled in the next, once; hot reload %s',
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
    const back = nextEvent(bot, 'online')
    sandbox.expireSession(1101)
    await back
    release.open()
    await both.opened
    await bot.close()
    expect(seen).toEqual([
      ['1', false],
      ['2', true],
    ])
  },
)

test('an own message that waits for a send of the session before is handled once', async () => {
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
  const back = nextEvent(bot, 'online')
  sandbox.expireSession(1101)
  await back
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

test('sends of the session before fail typed', async () => {
  const clock = new ManualClock()
  const { sandbox, bot } = await running({ relogin: 'push' }, { clock, pacing: { burst: 1 } })
  await bot.send('takes the only turn', 'filehelper')
  const waiting = failureOf(bot.send('waits', 'filehelper'))
  sandbox.expireSession(1101)
  expect(await waiting).toBeInstanceOf(LoggedOutError)
})

describe('the program ends it itself', () => {
  test.each(['logout', 'close'] as const)('%s(): nothing is offered again', async (end) => {
    const { wire, bot, run } = await running({ relogin: 'qr' })
    const relogins = events(bot, 'relogin')
    await bot[end]()
    await run
    expect(relogins).toEqual([])
    expect(wire.count('webwxpushloginurl')).toBe(0)
    expect(wire.count('jslogin')).toBe(1)
  })

  test.each(['logout', 'close'] as const)('%s() while the QR waits: run() resolves, exitCallback ran', async (end) => {
    const order: string[] = []
    const sandbox = await sandboxFor({ autoLogin: false })
    const bot = botFor(sandbox)
    const confirm = [bot.on('qr', () => sandbox.phone.scan()), bot.on('scanned', () => sandbox.phone.confirm())]
    await bot.login({ relogin: 'qr', exitCallback: () => void order.push('exitCallback') })
    for (const off of confirm) off()
    const run = bot.run().then(() => order.push('run'))
    await sandbox.held('synccheck')
    const asked = nextEvent(bot, 'relogin')
    sandbox.expireSession(1102)
    await asked
    await sandbox.held('login')
    expect(bot.state).toMatch(/^waitingFor/)
    await bot[end]()
    expect(order[0]).toBe('exitCallback')
    await run
    expect(bot.state).toBe(end === 'close' ? 'closed' : 'loggedOut')
    expect(order).toEqual(['exitCallback', 'run'])
  })

  test('close() in the loginCallback of the second login ends it', async () => {
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

  test.each(['logout', 'close'] as const)('exitCallback may call %s()', async (end) => {
    const scene: { bot?: Itchat } = {}
    const { sandbox, wire, bot, run } = await running({ relogin: 'push', exitCallback: () => scene.bot?.[end]() })
    scene.bot = bot
    wire.trouble = ({ endpoint }) => (endpoint === 'webwxpushloginurl' ? '{"ret":"1","msg":"no","uuid":""}' : undefined)
    sandbox.expireSession(1101)
    await run
    expect(bot.state).toBe(end === 'close' ? 'closed' : 'loggedOut')
  })
})

describe('a server, or another bot, that takes each session away at once', () => {
  test('is given longer and longer pauses, up to an hour, and it is said', async () => {
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

  test('after a session that lived ten minutes the next is offered at once', async () => {
    const clock = new ManualClock()
    const { sandbox, bot } = await running({ relogin: 'push' }, { clock })
    const attempts: number[] = []
    bot.on('relogin', ({ attempt }) => attempts.push(attempt))
    for (let count = 0; count < 3; count++) {
      // Time passes while no request is on its way but the poll, which is answered in time.
      const later = clock.now() + 601_000
      clock.now = () => later
      clock.monotonicMs = () => later
      const asked = nextEvent(bot, 'relogin')
      const back = nextEvent(bot, 'online')
      sandbox.expireSession(1101)
      await asked
      await clock.waitForSleep(0)
      await clock.advance(0)
      await back
      await sandbox.held('synccheck')
    }
    expect(attempts).toEqual([1, 1, 1])
  })
})

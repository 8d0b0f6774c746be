import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Itchat, TEXT } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { answering, retAnswer } from '../support/answers.js'
import { botFor, nextEvent, sandboxFor } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { HastyClock } from '../support/hasty-clock.js'
import { ManualClock } from '../support/manual-clock.js'
import { diskOf, folder, hotReload } from '../support/restarts.js'
import { wireTo } from '../support/wire.js'

beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0.5))
afterEach(() => void vi.restoreAllMocks())

/** The login of an earlier run. */
async function savedLogin() {
  const sandbox = await sandboxFor()
  const wire = await wireTo(sandbox)
  const place = folder()
  const first = botFor(wire)
  await first.autoLogin(hotReload(place))
  await first.close()
  return { sandbox, wire, place }
}

describe('a session that lives is not given up at a restart', () => {
  const page = '<html>Room number?</html>'
  test.each<[what: string, times: number, answer: () => string | Response | 'cut']>([
    ['ret -1', 1, () => retAnswer(-1)],
    ['ret 1205', 1, () => retAnswer(1205)],
    ['ret -14', 3, () => retAnswer(-14)],
    ['ret 9999', 4, () => retAnswer(9999)],
    ['ret 1101, once', 1, () => retAnswer(1101)],
    ['a ret that is not a number', 1, () => retAnswer('"abc"')],
    ['HTTP 502', 7, () => new Response(page, { status: 502 })],
    ['a page of a hotel', 7, () => page],
    ['nothing', 4, () => ''],
    ['a line that breaks', 7, () => 'cut'],
  ])('though the server answers with %s (%i times)', async (_, times, answer) => {
    const { sandbox, wire, place } = await savedLogin()
    const second = botFor(wire, { clock: new HastyClock() })
    second.msgRegister(TEXT, (msg) => `got ${msg.text}`)
    let left = times
    wire.trouble = ({ endpoint }) => (endpoint === 'webwxsync' && left > 0 && left-- > 0 ? answer() : undefined)
    const login = nextEvent(second, 'login')
    sandbox.friend('小满').say('1')
    await second.autoLogin(hotReload(place))
    expect(left).toBe(0)
    expect(await login).toMatchObject({ restored: true })
    expect(wire.count('jslogin')).toBe(1)
    void second.run()
    expect((await sandbox.friend('小满').nextMessage()).text).toBe('got 1')
  })

  test('though it refuses the position: a fresh start gives a new one', async () => {
    const { wire, place } = await savedLogin()
    const second = botFor(wire, { clock: new HastyClock() })
    wire.trouble = answering({ webwxsync: () => (wire.count('webwxinit') < 2 ? retAnswer(1) : undefined) })
    const login = nextEvent(second, 'login')
    await second.autoLogin(hotReload(place))
    expect(await login).toMatchObject({ restored: true })
    expect(wire.count('webwxinit')).toBe(2)
  })
})

test.each([1100, 1101, 1102])('%i twice in a row at a restart: the phone is asked to confirm', async (ret) => {
  const { sandbox, wire, place } = await savedLogin()
  sandbox.expireSession(1102)
  wire.trouble = answering({ webwxsync: () => (wire.count('webwxpushloginurl') === 0 ? retAnswer(ret) : undefined) })
  const second = botFor(wire, { clock: new ManualClock() })
  const login = nextEvent(second, 'login')
  await second.autoLogin(hotReload(place))
  expect(await login).toMatchObject({ restored: false })
  expect(wire.count('webwxpushloginurl')).toBe(1)
})

test('a code repeated for ten minutes at a restart: the phone is asked to confirm', async () => {
  const { sandbox, wire, place } = await savedLogin()
  sandbox.expireSession(1102)
  wire.trouble = answering({ webwxsync: () => (wire.count('webwxpushloginurl') === 0 ? retAnswer(-1) : undefined) })
  const clock = new ManualClock()
  const from = clock.monotonicMs()
  const second = botFor(wire, {
    clock,
    logger: {
      debug() {},
      info() {},
      // The line ends with when it tries again.
      warn: (line) => setImmediate(() => clock.advance(1_000 * Number(/(\d+)\D*$/.exec(line)?.[1]))),
      error() {},
    },
  })
  await second.autoLogin(hotReload(place))
  expect(second.state).toBe('online')
  expect(clock.monotonicMs() - from).toBeGreaterThanOrEqual(600_000)
})

test('a network that fails for more than a minute at a restart is reported; the saved login stays', async () => {
  const { wire, place } = await savedLogin()
  const second = botFor(wire, { clock: new HastyClock() })
  wire.trouble = ({ endpoint }) => (endpoint === 'webwxsync' ? 'cut' : undefined)
  vi.mocked(Math.random).mockReturnValue(0.15)
  expect(await failureOf(second.autoLogin(hotReload(place)))).toMatchObject({ name: 'NetworkError' })
  wire.trouble = undefined
  const login = nextEvent(second, 'login')
  await second.autoLogin(hotReload(place))
  expect(await login).toMatchObject({ restored: true })
})

/** Texts that a fresh program handles until it has handled `last`. */
async function handledByNext(sandbox: Sandbox, place: string, server: { url: string } = sandbox): Promise<string[]> {
  const bot = botFor(server)
  const texts: string[] = []
  const last = gate()
  bot.msgRegister(TEXT, (msg) => {
    texts.push(msg.text)
    if (msg.text === 'last') last.open()
  })
  await bot.autoLogin(hotReload(place))
  void bot.run()
  sandbox.friend('小满').say('last')
  await last.opened
  await bot.close()
  return texts
}

describe('a handler in flight is noted as done', () => {
  /** A bot whose handler waits. */
  async function hanging(options: Parameters<typeof botFor>[1] = {}) {
    const sandbox = await sandboxFor()
    const wire = await wireTo(sandbox)
    const place = folder()
    const bot = botFor(wire, options)
    const [began, release, done] = [gate(), gate(), gate()]
    bot.msgRegister(TEXT, async () => {
      began.open()
      await release.opened
      done.open()
    })
    await bot.autoLogin(hotReload(place))
    const running = bot.run()
    sandbox.friend('小满').say('1')
    await began.opened
    const finish = async () => {
      release.open()
      await done.opened
    }
    return { sandbox, wire, bot, place, running, finish }
  }

  test.each(['before', 'after'])('that close() stopped waiting for; it ends %s the next start', async (when) => {
    const clock = new ManualClock()
    const { sandbox, bot, place, running, finish } = await hanging({ clock, handlerTimeoutMs: 5_000 })
    const closing = bot.close()
    await clock.advance(5_000)
    await Promise.all([closing, running])
    if (when === 'before') await finish()
    expect(await handledByNext(sandbox, place)).toEqual(['last'])
    await finish()
  })

  /** The session is over, and a new login does not come about, while the handler goes on. */
  async function withFailedLogin(next: (bot: Itchat, place: string) => Promise<unknown>) {
    const { sandbox, wire, bot, place, finish } = await hanging()
    const over = nextEvent(bot, 'logout')
    sandbox.expireSession(1101)
    await over
    wire.trouble = ({ endpoint }) => (endpoint === 'jslogin' || endpoint === 'webwxpushloginurl' ? 'cut' : undefined)
    await next(bot, place)
    await finish()
    wire.trouble = undefined
    await bot.close()
    return handledByNext(sandbox, place)
  }

  test('when a login fails in the meantime', async () => {
    expect(
      await withFailedLogin(async (bot, place) => {
        expect(await failureOf(bot.autoLogin({ ...hotReload(place), maxQrRounds: 0 }))).toBeDefined()
      }),
    ).toEqual(['last'])
  })

  test('when a login without hot reload fails in the meantime', async () => {
    expect(
      await withFailedLogin(async (bot) => {
        expect(await failureOf(bot.autoLogin({ maxQrRounds: 0 }))).toBeDefined()
      }),
    ).toEqual(['last'])
  })

  test('when a login with another store fails in the meantime, and one with the same after it', async () => {
    expect(
      await withFailedLogin(async (bot, place) => {
        await failureOf(bot.autoLogin({ ...hotReload(folder()), maxQrRounds: 0 }))
        await failureOf(bot.autoLogin({ ...hotReload(place), maxQrRounds: 0 }))
        await failureOf(bot.autoLogin({ ...hotReload(place), maxQrRounds: 0 }))
      }),
    ).toEqual(['last'])
  })
})

describe('a login step by step after one with hot reload', () => {
  async function stepByStep(bot: Itchat) {
    const uuid = await bot.getQRuuid()
    while ((await bot.checkLogin(uuid)) !== '200');
    await bot.webInit()
    await bot.getFriends(true)
    bot.startReceiving()
  }

  test('of another account: neither gets the messages of the other', async () => {
    const one = await sandboxFor()
    const other = await sandboxFor({ world: { owner: { name: 'somebody else' }, friends: [{ name: '小满' }] } })
    let current = one
    const wire = await wireTo(one, ({ pass }) => pass(current))
    const place = folder()
    const bot = botFor(wire)
    await bot.autoLogin(hotReload(place))
    await one.held('synccheck')
    const taken = new Promise<void>((resolve) => one.on('delivered', () => resolve()))
    one.friend('小满').say('for the first')
    await taken
    await one.held('synccheck')
    await bot.logout()
    current = other
    const texts: string[] = []
    const got = gate()
    bot.msgRegister(TEXT, (msg) => {
      texts.push(msg.text)
      got.open()
    })
    await stepByStep(bot)
    void bot.run()
    other.friend('小满').say('for the second')
    await got.opened
    await other.held('synccheck')
    other.friend('小满').say('never handled')
    await bot.close()
    expect(texts).toEqual(['for the second'])
    current = one
    expect(await handledByNext(one, place, wire)).toEqual(['last'])
    expect(existsSync(join(place, 'state.json'))).toBe(true)
  })

  test('of the same account: what waits is handed on as stale, what comes is kept', async () => {
    const sandbox = await sandboxFor()
    const place = folder()
    const bot = botFor(sandbox)
    await bot.autoLogin(hotReload(place))
    await sandbox.held('synccheck')
    const taken = new Promise<void>((resolve) => sandbox.on('delivered', () => resolve()))
    sandbox.friend('小满').say('1')
    await taken
    await sandbox.held('synccheck')
    await bot.logout()
    const seen: [string, boolean][] = []
    const both = gate()
    bot.msgRegister(TEXT, (msg) => {
      seen.push([msg.text, msg.stale])
      if (seen.length === 2) both.open()
    })
    await stepByStep(bot)
    void bot.run()
    sandbox.friend('小满').say('2')
    await both.opened
    expect(seen).toEqual([
      ['1', true],
      ['2', false],
    ])
  })
})

describe('the echo of what an earlier run sent', () => {
  test.each(['close', 'kill'])('is known after a %s', async (end) => {
    const sandbox = await sandboxFor()
    let place = folder()
    const first = botFor(sandbox)
    await first.autoLogin(hotReload(place))
    void first.run()
    await sandbox.held('synccheck')
    const { MsgID } = await first.sendMsg('from the bot', 'filehelper')
    // What the journal wrote before is on the disk with it.
    const taken = new Promise<void>((resolve) => sandbox.on('delivered', () => resolve()))
    sandbox.friend('小满').say('x')
    await taken
    await sandbox.held('synccheck')
    if (end === 'kill') place = diskOf(place)
    await first.close()

    const second = botFor(sandbox)
    const seen: string[] = []
    const done = gate()
    second.msgRegister(TEXT, { isFriendChat: true, isSelf: true }, (msg) => {
      if (msg.isSelf) seen.push(msg.text)
      if (msg.text === 'from the phone') done.open()
    })
    await second.autoLogin(hotReload(place))
    void second.run()
    sandbox.raw({ to: 'filehelper', MsgType: 1, Content: 'from the bot', MsgId: MsgID })
    sandbox.owner.say('filehelper', 'from the phone')
    await done.opened
    expect(seen).toEqual(['from the phone'])
  })
})

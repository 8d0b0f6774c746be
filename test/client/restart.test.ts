import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Itchat, TEXT } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { answering, retAnswer } from '../support/answers.js'
import { botFor, nextEvent, sandboxFor } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { AutoAdvanceClock } from '../support/hasty-clock.js'
import { ManualClock } from '../support/manual-clock.js'
import { diskOf, folder, hotReload } from '../support/restarts.js'
import { wireTo } from '../support/wire.js'

beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0.5))
afterEach(() => void vi.restoreAllMocks())

/** A login saved by an earlier run. */
async function savedLogin() {
  const sandbox = await sandboxFor()
  const wire = await wireTo(sandbox)
  const dir = folder()
  const first = botFor(wire)
  await first.autoLogin(hotReload(dir))
  await first.close()
  return { sandbox, wire, dir }
}

describe('an active session is restored after a restart', () => {
  const page = '<html>Room number?</html>'
  test.each<[reply: string, times: number, answer: () => string | Response | 'cut']>([
    ['ret -1', 1, () => retAnswer(-1)],
    ['ret 1205', 1, () => retAnswer(1205)],
    ['ret -14', 3, () => retAnswer(-14)],
    ['ret 9999', 4, () => retAnswer(9999)],
    ['ret 1101', 1, () => retAnswer(1101)],
    ['a ret that is not a number', 1, () => retAnswer('"abc"')],
    ['HTTP 502', 7, () => new Response(page, { status: 502 })],
    ['a captive portal page', 7, () => page],
    ['an empty body', 4, () => ''],
    ['a dropped connection', 7, () => 'cut'],
  ])('despite %s (count: %i)', async (_, times, answer) => {
    const { sandbox, wire, dir } = await savedLogin()
    const second = botFor(wire, { clock: new AutoAdvanceClock() })
    second.msgRegister(TEXT, (msg) => `got ${msg.text}`)
    let remaining = times
    wire.intercept = ({ endpoint }) =>
      endpoint === 'webwxsync' && remaining > 0 && remaining-- > 0 ? answer() : undefined
    const login = nextEvent(second, 'login')
    sandbox.friend('小满').say('1')
    await second.autoLogin(hotReload(dir))
    expect(remaining).toBe(0)
    expect(await login).toMatchObject({ restored: true })
    expect(wire.count('jslogin')).toBe(1)
    void second.run()
    expect((await sandbox.friend('小满').nextMessage()).text).toBe('got 1')
  })

  test('even if the server rejects the cursor: webwxinit returns a new one', async () => {
    const { wire, dir } = await savedLogin()
    const second = botFor(wire, { clock: new AutoAdvanceClock() })
    wire.intercept = answering({ webwxsync: () => (wire.count('webwxinit') < 2 ? retAnswer(1) : undefined) })
    const login = nextEvent(second, 'login')
    await second.autoLogin(hotReload(dir))
    expect(await login).toMatchObject({ restored: true })
    expect(wire.count('webwxinit')).toBe(2)
  })
})

test.each([1100, 1101, 1102])(
  'code %i twice in a row after a restart makes the bot request confirmation on the phone',
  async (ret) => {
    const { sandbox, wire, dir } = await savedLogin()
    sandbox.expireSession(1102)
    wire.intercept = answering({
      webwxsync: () => (wire.count('webwxpushloginurl') === 0 ? retAnswer(ret) : undefined),
    })
    const second = botFor(wire, { clock: new ManualClock() })
    const login = nextEvent(second, 'login')
    await second.autoLogin(hotReload(dir))
    expect(await login).toMatchObject({ restored: false })
    expect(wire.count('webwxpushloginurl')).toBe(1)
  },
)

test('with resumeOnly, a saved login that has ended or is missing makes the login reject, without a new one', async () => {
  const { sandbox, wire, dir } = await savedLogin()
  sandbox.expireSession(1102)
  for (const place of [hotReload(dir), hotReload(folder()), {}]) {
    const second = botFor(wire)
    const failure = await failureOf(second.autoLogin({ ...place, resumeOnly: true }))
    expect(failure).toMatchObject({ name: 'LoginError', reason: 'expired' })
    await second.close()
  }
  expect([wire.count('webwxpushloginurl'), wire.count('jslogin')]).toEqual([0, 1])
})

test('with resumeOnly, a saved login of another server, or a damaged one, is left unchanged', async () => {
  const { wire, dir } = await savedLogin()
  const { statusStorageDir: path = '' } = hotReload(dir)
  const saved = readFileSync(path, 'utf8')
  for (const [stored, server, reason] of [
    [
      saved,
      'http://127.0.0.1:1',
      /is for the server http:\/\/127\.0\.0\.1:\d+, and this program connects to http:\/\/127\.0\.0\.1:1; set ITCHAT_BASE_URL .* file\. It was left unchanged\.$/,
    ],
    ['{', wire.url, /it is damaged \(invalid JSON\)\. It was left unchanged/],
  ] as const) {
    writeFileSync(path, stored)
    const second = botFor({ url: server })
    const failure = await failureOf(second.autoLogin({ ...hotReload(dir), resumeOnly: true }))
    expect(failure).toMatchObject({ name: 'FileError', message: expect.stringMatching(reason) })
    await second.close()
    expect(readFileSync(path, 'utf8')).toBe(stored)
  }
})

test('an error code repeated for ten minutes after a restart makes the bot request confirmation on the phone', async () => {
  const { sandbox, wire, dir } = await savedLogin()
  sandbox.expireSession(1102)
  wire.intercept = answering({ webwxsync: () => (wire.count('webwxpushloginurl') === 0 ? retAnswer(-1) : undefined) })
  const clock = new ManualClock()
  const from = clock.monotonicMs()
  const second = botFor(wire, {
    clock,
    logger: {
      debug() {},
      info() {},
      // The log line ends with the delay before the next attempt.
      warn: (line) => setImmediate(() => clock.advance(1_000 * Number(/(\d+)\D*$/.exec(line)?.[1]))),
      error() {},
    },
  })
  await second.autoLogin(hotReload(dir))
  expect(second.state).toBe('online')
  expect(clock.monotonicMs() - from).toBeGreaterThanOrEqual(600_000)
})

test('a network failure of more than a minute after a restart makes the login fail, but the saved login is kept', async () => {
  const { wire, dir } = await savedLogin()
  const second = botFor(wire, { clock: new AutoAdvanceClock() })
  wire.intercept = ({ endpoint }) => (endpoint === 'webwxsync' ? 'cut' : undefined)
  vi.mocked(Math.random).mockReturnValue(0.15)
  expect(await failureOf(second.autoLogin(hotReload(dir)))).toMatchObject({ name: 'NetworkError' })
  wire.intercept = undefined
  const login = nextEvent(second, 'login')
  await second.autoLogin(hotReload(dir))
  expect(await login).toMatchObject({ restored: true })
})

/** The texts that a new instance handles, up to and including `last`. */
async function handledByNext(sandbox: Sandbox, dir: string, server: { url: string } = sandbox): Promise<string[]> {
  const bot = botFor(server)
  const texts: string[] = []
  const last = gate()
  bot.msgRegister(TEXT, (msg) => {
    texts.push(msg.text)
    if (msg.text === 'last') last.open()
  })
  await bot.autoLogin(hotReload(dir))
  void bot.run()
  sandbox.friend('小满').say('last')
  await last.opened
  await bot.close()
  return texts
}

describe('a handler in flight is recorded as done', () => {
  /** A bot with a handler in flight. */
  async function hanging(options: Parameters<typeof botFor>[1] = {}) {
    const sandbox = await sandboxFor()
    const wire = await wireTo(sandbox)
    const dir = folder()
    const bot = botFor(wire, options)
    const [started, release, done] = [gate(), gate(), gate()]
    bot.msgRegister(TEXT, async () => {
      started.open()
      await release.opened
      done.open()
    })
    await bot.autoLogin(hotReload(dir))
    const running = bot.run()
    sandbox.friend('小满').say('1')
    await started.opened
    const finish = async () => {
      release.open()
      await done.opened
    }
    return { sandbox, wire, bot, dir, running, finish }
  }

  test.each(['before', 'after'])(
    'after close() has stopped waiting for it (the handler ends %s the next start)',
    async (when) => {
      const clock = new ManualClock()
      const { sandbox, bot, dir, running, finish } = await hanging({ clock, handlerTimeoutMs: 5_000 })
      const closing = bot.close()
      await clock.advance(5_000)
      await Promise.all([closing, running])
      if (when === 'before') await finish()
      expect(await handledByNext(sandbox, dir)).toEqual(['last'])
      await finish()
    },
  )

  /** Ends the session and makes a new login fail while the handler is in flight. */
  async function withFailedLogin(next: (bot: Itchat, dir: string) => Promise<unknown>) {
    const { sandbox, wire, bot, dir, finish } = await hanging()
    const loggedOut = nextEvent(bot, 'logout')
    sandbox.expireSession(1101)
    await loggedOut
    wire.intercept = ({ endpoint }) => (endpoint === 'jslogin' || endpoint === 'webwxpushloginurl' ? 'cut' : undefined)
    await next(bot, dir)
    await finish()
    wire.intercept = undefined
    await bot.close()
    return handledByNext(sandbox, dir)
  }

  test('when a login fails in the meantime', async () => {
    expect(
      await withFailedLogin(async (bot, dir) => {
        expect(await failureOf(bot.autoLogin({ ...hotReload(dir), maxQrRounds: 0 }))).toBeDefined()
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

  test('when logins with another store and then with the same store fail in the meantime', async () => {
    expect(
      await withFailedLogin(async (bot, dir) => {
        await failureOf(bot.autoLogin({ ...hotReload(folder()), maxQrRounds: 0 }))
        await failureOf(bot.autoLogin({ ...hotReload(dir), maxQrRounds: 0 }))
        await failureOf(bot.autoLogin({ ...hotReload(dir), maxQrRounds: 0 }))
      }),
    ).toEqual(['last'])
  })
})

describe('a step-by-step login after a login with hot reload', () => {
  async function stepByStep(bot: Itchat) {
    const uuid = await bot.getQRuuid()
    while ((await bot.checkLogin(uuid)) !== '200');
    await bot.webInit()
    await bot.getFriends(true)
    bot.startReceiving()
  }

  test('to another account does not mix the messages of the two accounts', async () => {
    const sandbox = await sandboxFor()
    const other = await sandboxFor({ world: { owner: { name: 'another account' }, friends: [{ name: '小满' }] } })
    let current = sandbox
    const wire = await wireTo(sandbox, ({ pass }) => pass(current))
    const dir = folder()
    const bot = botFor(wire)
    await bot.autoLogin(hotReload(dir))
    await sandbox.held('synccheck')
    const delivered = new Promise<void>((resolve) => sandbox.on('delivered', () => resolve()))
    sandbox.friend('小满').say('for the first')
    await delivered
    await sandbox.held('synccheck')
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
    current = sandbox
    expect(await handledByNext(sandbox, dir, wire)).toEqual(['last'])
    expect(existsSync(join(dir, 'state.json'))).toBe(true)
  })

  test('to the same account delivers pending messages as stale, and then new messages', async () => {
    const sandbox = await sandboxFor()
    const dir = folder()
    const bot = botFor(sandbox)
    await bot.autoLogin(hotReload(dir))
    await sandbox.held('synccheck')
    const delivered = new Promise<void>((resolve) => sandbox.on('delivered', () => resolve()))
    sandbox.friend('小满').say('1')
    await delivered
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

describe('the echo of a message that an earlier run sent', () => {
  test.each(['close()', 'a kill'])('is recognized after %s', async (end) => {
    const sandbox = await sandboxFor()
    let dir = folder()
    const first = botFor(sandbox)
    await first.autoLogin(hotReload(dir))
    void first.run()
    await sandbox.held('synccheck')
    const { MsgID } = await first.sendMsg('from the bot', 'filehelper')
    // Once this message is on disk, so is everything written to the journal before it.
    const delivered = new Promise<void>((resolve) => sandbox.on('delivered', () => resolve()))
    sandbox.friend('小满').say('x')
    await delivered
    await sandbox.held('synccheck')
    if (end === 'a kill') dir = diskOf(dir)
    await first.close()

    const second = botFor(sandbox)
    const seen: string[] = []
    const done = gate()
    second.msgRegister(TEXT, { isFriendChat: true, isSelf: true }, (msg) => {
      if (msg.isSelf) seen.push(msg.text)
      if (msg.text === 'from the phone') done.open()
    })
    await second.autoLogin(hotReload(dir))
    void second.run()
    sandbox.raw({ to: 'filehelper', MsgType: 1, Content: 'from the bot', MsgId: MsgID })
    sandbox.owner.say('filehelper', 'from the phone')
    await done.opened
    expect(seen).toEqual(['from the phone'])
  })
})

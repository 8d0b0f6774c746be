import { PassThrough } from 'node:stream'
import { ArgumentError, Itchat, type Logger, LoginError, type LoginOptions, StateError } from 'itchat'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { events, nextEvent, quiet, recordingLogger } from '../support/bot.js'
import { failureOf } from '../support/gate.js'
import { AutoAdvanceClock } from '../support/hasty-clock.js'
import { ManualClock } from '../support/manual-clock.js'
import { MemoryServer } from '../support/memory-server.js'
import { memory } from '../support/memory-transport.js'

/** Long enough for a busy machine. */
const until = (isDone: () => boolean) => vi.waitUntil(isDone, { timeout: 15_000, interval: 1 })

/** A bot on a network whose phone shows the code 482913 as soon as the QR code is scanned. */
function setUp({ logger = quiet as Logger, clock = new AutoAdvanceClock() as ManualClock | AutoAdvanceClock } = {}) {
  const server = new MemoryServer()
  server.verifyCode = '482913'
  const bot = new Itchat({ transport: memory(server), logger, clock })
  onTestFinished(() => bot.close())
  bot.on('qr', () => server.phone('verifyCodeNeeded'))
  // The phone confirms when the code has been accepted.
  const check = server.checkVerifyCode.bind(server)
  server.checkVerifyCode = (entered) => {
    check(entered)
    if (entered === server.verifyCode) queueMicrotask(() => server.phone('confirmed'))
  }
  return { server, bot }
}

/** Waits for an attempt; other events may come first. */
async function attemptOf(bot: Itchat, wanted: number): Promise<void> {
  while ((await nextEvent(bot, 'verifyCode')).attempt !== wanted);
}

/** Replaces standard input and error by a terminal. */
function terminal() {
  const stdin = Object.assign(new PassThrough(), { isTTY: true })
  const stderr = Object.assign(new PassThrough(), { isTTY: true })
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(stdin as never)
  vi.spyOn(process, 'stderr', 'get').mockReturnValue(stderr as never)
  let printed = ''
  stderr.on('data', (chunk) => {
    printed += chunk
  })
  return {
    stdin,
    type: (line: string) => stdin.write(`${line}\n`),
    prompts: () => printed.split(/: |：/).length - 1,
    /** Whether something would still receive what is typed. */
    isReading: () =>
      stdin.listenerCount('data') + stdin.listenerCount('readable') > 0 || stdin.readableFlowing === true,
  }
}

describe('a login that requires a verify code', () => {
  test.each(['482913', ' 482913\n'])('sends the code %j that verifyCodeCallback returns', async (code) => {
    const { server, bot } = setUp()
    const attempts: number[] = []
    const verifyCodeCallback = vi.fn(async ({ attempt }) => {
      attempts.push(attempt)
      return code
    })
    await bot.login({ verifyCodeCallback })
    expect([bot.state, attempts, server.enteredCodes]).toEqual(['online', [1], ['482913']])
  })

  test('sends the code that submitVerifyCode() receives, and waits in the state waitingForConfirm', async () => {
    const { server, bot } = setUp()
    const scanned = events(bot, 'scanned')
    const seen: unknown[] = []
    bot.on('verifyCode', ({ attempt }) => {
      seen.push(attempt, bot.state)
      bot.submitVerifyCode('482913')
    })
    await bot.login()
    expect(seen).toEqual([1, 'waitingForConfirm'])
    expect(server.enteredCodes).toEqual(['482913'])
    expect(scanned).toHaveLength(1)
  })

  test('counts only codes that were sent as attempts, however long the person takes', async () => {
    const clock = new ManualClock()
    const { server, bot } = setUp({ clock })
    const attempts = events(bot, 'verifyCode')
    const login = bot.login()
    await attemptOf(bot, 1)
    const before = server.requests
    for (let second = 0; second < 30; second++) {
      await clock.waitForSleep(1_000)
      await clock.advance(1_000)
    }
    expect(server.requests - before).toBe(30)
    expect(attempts).toEqual([{ attempt: 1 }])
    const second = attemptOf(bot, 2)
    bot.submitVerifyCode('000000')
    // Without moving the clock: the code is sent at once.
    await second
    bot.submitVerifyCode('482913')
    await login
    expect(attempts).toEqual([{ attempt: 1 }, { attempt: 2 }])
    expect(server.enteredCodes).toEqual(['000000', '482913'])
  })

  test('sends the code at once when the server holds polls without it', async () => {
    const { server, bot } = setUp()
    const factory = memory(server)
    const held: AbortSignal[] = []
    const holding = new Itchat({
      transport: (context) => {
        const transport = factory(context)
        const { poll, submitVerifyCode } = transport.login
        let hasCode = false
        transport.login.submitVerifyCode = (code) => {
          hasCode = true
          submitVerifyCode?.(code)
        }
        transport.login.poll = async (code, signal) => {
          if (server.requests > 2 && !hasCode && signal) {
            held.push(signal)
            await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
          }
          return poll(code, signal)
        }
        return transport
      },
      logger: quiet,
      clock: new AutoAdvanceClock(),
    })
    onTestFinished(() => holding.close())
    holding.on('qr', () => server.phone('verifyCodeNeeded'))
    const login = holding.login({ verifyCodeCallback: () => until(() => held.length > 0).then(() => '482913') })
    await login
    expect(holding.state).toBe('online')
    expect(bot.state).toBe('offline')
  })

  test('starts again at attempt 1 with the next QR code after three wrong codes', async () => {
    const { server, bot } = setUp()
    const qrs = events(bot, 'qr')
    const attempts: number[] = []
    await bot.login({
      verifyCodeCallback: ({ attempt }) => {
        attempts.push(attempt)
        return attempts.length <= 3 ? `00000${attempt}` : '482913'
      },
    })
    expect(attempts).toEqual([1, 2, 3, 1])
    expect(qrs.map(({ uuid }) => uuid)).toEqual(['code-1', 'code-2'])
    expect(server.enteredCodes).toEqual(['000001', '000002', '000003', '482913'])
  })

  test('counts a QR code that expires after wrong codes as a round', async () => {
    const { bot } = setUp()
    const failure = await failureOf(bot.login({ maxQrRounds: 1, verifyCodeCallback: () => '000000' }))
    expect(failure).toMatchObject({ name: 'LoginError', reason: 'expired' })
  })

  test('ignores the answer to a question about an expired QR code', async () => {
    const { server, bot } = setUp()
    const answers: ((code: string) => void)[] = []
    const login = bot.login({
      verifyCodeCallback: () => new Promise((resolve) => void answers.push(resolve)),
    })
    await until(() => answers.length === 1)
    server.phone('expired')
    await until(() => answers.length === 2)
    answers[0]?.('111111')
    const before = server.requests
    await until(() => server.requests > before + 2)
    answers[1]?.('482913')
    await login
    expect(server.enteredCodes).toEqual(['482913'])
  })

  test.each<[string, LoginOptions]>([
    ['no callback', {}],
    ['qrCallback only', { qrCallback() {} }],
  ])('rejects with LoginError without a way to ask (%s)', async (_, options) => {
    const { server, bot } = setUp()
    const failure = await failureOf(bot.login(options))
    expect(failure).toBeInstanceOf(LoginError)
    expect(failure).toMatchObject({ reason: 'verifyCode', message: expect.stringContaining('verifyCodeCallback') })
    expect([bot.state, server.enteredCodes]).toEqual(['offline', []])
  })

  test('passes the code of the poll to qrCallback, which may submit the verify code', async () => {
    const { server, bot } = setUp()
    const seen = new Set<string>()
    await bot.login({
      qrCallback({ status }) {
        if (status === '0') server.phone('verifyCodeNeeded')
        seen.add(status)
        if (status === 'verifyCodeNeeded' && server.enteredCodes.length === 0) bot.submitVerifyCode('482913')
      },
    })
    expect(bot.state).toBe('online')
    expect([...seen].slice(0, 2)).toEqual(['0', 'verifyCodeNeeded'])
  })

  test('rejects with the error of verifyCodeCallback', async () => {
    const { bot } = setUp()
    const error = new Error('The user closed the window.')
    expect(await failureOf(bot.login({ verifyCodeCallback: () => Promise.reject(error) }))).toBe(error)
  })

  test.each(['', '12a456', '12 34', '1234567890123', 482913, undefined])(
    'rejects with ArgumentError when verifyCodeCallback returns %j, and keeps it out of the message',
    async (code) => {
      const { server, bot } = setUp()
      const failure = await failureOf(bot.login({ verifyCodeCallback: () => code as string }))
      expect(failure).toBeInstanceOf(ArgumentError)
      expect(failure).toMatchObject({ argument: 'verifyCodeCallback' })
      if (typeof code === 'string' && code) expect(String(failure)).not.toContain(code)
      expect(server.enteredCodes).toEqual([])
    },
  )

  test('says in the log that a code is needed and that it was wrong', async () => {
    const { lines, logger } = recordingLogger()
    const { bot } = setUp({ logger })
    vi.stubEnv('LC_ALL', 'en_US.UTF-8')
    await bot.login({ verifyCodeCallback: ({ attempt }) => (attempt === 1 ? '000000' : '482913') })
    const needed = lines.filter((line) => line.includes('Enter the code'))
    expect([needed.length, lines.filter((line) => line.includes('Wrong code')).length]).toEqual([2, 1])
    expect(lines.join()).not.toContain('482913')
  })
})

describe('submitVerifyCode()', () => {
  test('works between two checkLogin() calls', async () => {
    const { server, bot } = setUp()
    await bot.getQRuuid()
    await bot.getQR()
    const attempts = events(bot, 'verifyCode')
    expect(await bot.checkLogin()).toBe('verifyCodeNeeded')
    expect(await bot.checkLogin()).toBe('verifyCodeNeeded')
    bot.submitVerifyCode('1')
    expect(await bot.checkLogin()).toBe('verifyCodeNeeded')
    bot.submitVerifyCode('482913')
    expect(bot.state).toBe('waitingForConfirm')
    expect(['scanned', 'confirmed']).toContain(await bot.checkLogin())
    expect(attempts).toEqual([{ attempt: 1 }, { attempt: 2 }])
    expect(server.enteredCodes).toEqual(['1', '482913'])
  })

  test.each<[string, (bot: Itchat, server: MemoryServer) => Promise<unknown>]>([
    ['before a login', async () => {}],
    ['while waiting for the scan', (bot) => bot.getQRuuid()],
    ['after a new QR code', (bot) => needed(bot).then(() => bot.getQRuuid())],
    ['after logout()', (bot) => needed(bot).then(() => bot.logout())],
    ['after a login', (bot) => bot.login({ verifyCodeCallback: () => '482913' })],
    ['after a failed login', (bot) => bot.login().catch(() => {})],
    ['after close()', (bot) => needed(bot).then(() => bot.close())],
  ])('throws StateError %s', async (_, reach) => {
    const { server, bot } = setUp()
    await reach(bot, server)
    expect(() => bot.submitVerifyCode('482913')).toThrow(StateError)
  })

  test('throws ArgumentError for text that is not a code, without sending it', async () => {
    const { server, bot } = setUp()
    await needed(bot)
    expect(() => bot.submitVerifyCode('code: 482913')).toThrow(ArgumentError)
    await bot.checkLogin()
    expect(server.enteredCodes).toEqual([])
  })
})

async function needed(bot: Itchat): Promise<void> {
  await bot.getQRuuid()
  await bot.getQR()
  await bot.checkLogin()
}

describe('in a terminal', () => {
  test('the code is typed, until it is right', async () => {
    const { server, bot } = setUp()
    const { type, prompts, isReading } = terminal()
    const login = bot.login()
    await until(() => prompts() === 1)
    type('abc')
    await until(() => prompts() === 2)
    type('000000')
    await until(() => prompts() === 3)
    type('482913')
    await login
    expect(server.enteredCodes).toEqual(['000000', '482913'])
    expect(isReading()).toBe(false)
  })

  test.each<[string, (bot: Itchat, server: MemoryServer) => unknown]>([
    ['the login ends', (bot) => bot.close()],
    ['the QR code expires', (_, server) => server.phone('expired')],
    ['the code is submitted otherwise', (bot) => bot.submitVerifyCode('482913')],
  ])('the prompt ends when %s', async (_, end) => {
    const { server, bot } = setUp()
    const { prompts, isReading } = terminal()
    const login = bot.login({ maxQrRounds: 1 }).catch(() => {})
    await until(() => prompts() === 1)
    expect(isReading()).toBe(true)
    await end(bot, server)
    await login
    expect(isReading()).toBe(false)
  })

  test('a program that reads standard input goes on reading it', async () => {
    const { bot } = setUp()
    const { stdin, type, prompts } = terminal()
    const read: string[] = []
    stdin.on('data', (chunk) => read.push(String(chunk)))
    const login = bot.login()
    await until(() => prompts() === 1)
    type('482913')
    await login
    type('hello')
    await until(() => read.includes('hello\n'))
  })

  test('the login rejects with LoginError when the input ends', async () => {
    const { bot } = setUp()
    const { stdin, prompts } = terminal()
    const failure = failureOf(bot.login())
    await until(() => prompts() === 1)
    stdin.end()
    expect(await failure).toMatchObject({ name: 'LoginError', reason: 'verifyCode' })
  })

  test('there is no prompt when the program listens for verifyCode', async () => {
    const { bot } = setUp()
    const { prompts } = terminal()
    bot.on('verifyCode', () => bot.submitVerifyCode('482913'))
    await bot.login()
    expect(prompts()).toBe(0)
  })
})

import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import type { Itchat, ItchatOptions, MemorySessionStore } from '../index.js'
import { ACTIVITY } from '../itchat/activity.js'
import { SandboxError } from '../sandbox/errors.js'
import { checkOptions, type OptionNames } from '../sandbox/options.js'
import { type Sandbox, startSandbox } from '../sandbox/sandbox.js'
import { Progress } from './progress.js'
import { TestClock } from './test-clock.js'
import { sandboxOptions, TestWorld, type TestWorldOptions, WORLD_OPTIONS } from './test-world.js'

/** Limit of real time for the bot to start receiving after its login. */
const START_MS = 3000

/** Limit of real time for closing a bot whose handlers do not end. */
const CLOSE_MS = 1000

const QUIET = { debug() {}, info() {}, warn() {}, error() {} }

/** Registers the handlers of the bot, as the program does before it logs in. */
export type BotSetup = (bot: Itchat, parts: { clock: TestClock; sandbox: Sandbox }) => unknown

/** Options for `testBot`. Everything has a default. */
export interface TestBotOptions extends TestWorldOptions {
  /** The time at which the clock starts. Default: the current time. */
  now?: Date | number
  /** Whether to log the bot in and run it. Default true. */
  login?: boolean
  /** Whether the bot saves its session, so that `t.restart()` continues it. Default false. */
  hotReload?: boolean
  /** More options of the bot. */
  bot?: Omit<ItchatOptions, 'clock' | 'transport' | 'baseUrl' | 'dispatcher'>
}

const BOT_OPTIONS: OptionNames<TestBotOptions> = {
  ...WORLD_OPTIONS,
  now: true,
  login: true,
  hotReload: true,
  bot: true,
}

/**
 * Starts a sandbox and a bot in it, both with a clock that stands still, and logs the bot in.
 *
 * ```ts
 * await using t = await testBot((bot) => bot.msgRegister('Text', (msg) => `You said: ${msg.text}`))
 * t.alice.say('hello')
 * await t.alice.expects('You said: hello')
 * ```
 *
 * @throws any error from `setup` or from the login; SandboxError for an unknown option or an invalid `now`
 */
export async function testBot(setup: BotSetup, options: TestBotOptions = {}): Promise<TestBot> {
  checkOptions(options, BOT_OPTIONS)
  const progress = new Progress()
  const startMs = Number(options.now ?? Date.now())
  if (Number.isNaN(startMs)) {
    throw new SandboxError(`Invalid now ${inspect(options.now)}: expected a valid Date or Unix time in milliseconds.`)
  }
  const clock = new TestClock({ startMs, progress, current: () => test?.bot[ACTIVITY].current })
  const sandbox = await startSandbox({ floodLimit: false, ...sandboxOptions(options), clock: clock.forBot })
  let test: TestBot | undefined
  try {
    test = new TestBot(setup, options, { sandbox, clock, progress })
    await test.start()
    return test
  } catch (error) {
    await test?.close().catch(() => {})
    await sandbox.close()
    throw error
  }
}

/** A bot in a sandbox, with people who talk to it. Disposing it closes both. */
export class TestBot extends TestWorld {
  readonly clock: TestClock
  /** The folder for files that the bot downloads: a temporary folder, unless the option `bot` contains another. */
  readonly downloadDir: string
  /** The errors from `error` events of the bot, such as those that handlers threw, oldest first. */
  readonly errors: unknown[] = []
  readonly #setup: BotSetup
  readonly #options: TestBotOptions
  readonly #temporaryDir: string | undefined
  #store: MemorySessionStore | undefined
  #bot: Itchat | undefined

  /** Use `testBot` instead. */
  constructor(
    setup: BotSetup,
    options: TestBotOptions,
    parts: { sandbox: Sandbox; clock: TestClock; progress: Progress },
  ) {
    super(options, { ...parts, bot: () => this.bot })
    this.#setup = setup
    this.#options = options
    this.clock = parts.clock
    const { downloadDir } = options.bot ?? {}
    if (downloadDir === undefined) this.#temporaryDir = mkdtempSync(join(tmpdir(), 'itchat-test-'))
    this.downloadDir = downloadDir ?? this.#temporaryDir ?? ''
  }

  /** The bot. `restart` replaces it. */
  get bot(): Itchat {
    if (!this.#bot) throw new SandboxError('The bot has not been created yet.')
    return this.#bot
  }

  /**
   * Closes the bot without a logout and starts a new one with the same setup, as after a restart of the program. With
   * `hotReload`, the new bot continues the session; otherwise, it logs in again.
   */
  async restart(): Promise<void> {
    await this.#closeBot()
    this.handlings.abandon()
    await this.start()
  }

  /** Creates the bot, registers its handlers and logs it in. @internal */
  async start(): Promise<void> {
    const { clock, sandbox } = this
    const { login = true, transport, hotReload } = this.#options
    // Loaded only now, so that programs that use only the sandbox do not load the client.
    const { Itchat, MemorySessionStore } = await import('../index.js')
    if (hotReload) this.#store ??= new MemorySessionStore()
    const server = await serverOf(sandbox, transport)
    const { downloadDir } = this
    const bot = new Itchat({ logger: QUIET, ...this.#options.bot, downloadDir, clock: clock.forBot, ...server })
    this.#bot = bot
    bot[ACTIVITY].observe(this.handlings)
    bot.on('error', ({ error }) => this.errors.push(error))
    await clock.advanceUntil(Promise.resolve(this.#setup(bot, { clock, sandbox })))
    if (!login || bot.state !== 'offline') return
    const loggedIn = this.#store
      ? bot.autoLogin({ hotReload: true, sessionStore: this.#store, qrCallback() {} })
      : bot.login({ qrCallback() {} })
    await clock.advanceUntil(loggedIn)
    bot.run().catch((error: unknown) => this.errors.push(error))
    await this.#online()
  }

  /** @throws SandboxError if the bot does not start to receive */
  async #online(): Promise<void> {
    const { clock, sandbox } = this
    const signal = AbortSignal.timeout(START_MS)
    const online = this.#options.transport === 'ilink' ? sandbox.clawbot.online({ signal }) : sandbox.online({ signal })
    await clock.advanceUntil(online, { signal }).catch((cause: unknown) => {
      const { state } = this.bot
      throw new SandboxError(`The bot has logged in but does not receive messages: its state is ${state}.`, { cause })
    })
  }

  override async close(): Promise<void> {
    await this.#closeBot()
    await super.close()
    if (this.#temporaryDir !== undefined) await rm(this.#temporaryDir, { recursive: true, force: true })
  }

  async #closeBot(): Promise<void> {
    const closing = this.#bot?.close()
    if (closing) await this.clock.advanceUntil(closing, { signal: AbortSignal.timeout(CLOSE_MS) }).catch(() => {})
  }
}

async function serverOf(
  { url }: Sandbox,
  transport: TestBotOptions['transport'],
): Promise<Pick<ItchatOptions, 'baseUrl' | 'transport'>> {
  if (transport !== 'ilink') return { baseUrl: url }
  const { ilink } = await import('../transports/ilink/index.js')
  return { transport: ilink({ baseUrl: url }) }
}

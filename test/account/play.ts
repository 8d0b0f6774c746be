import { Itchat, ItchatError, type LogoutReason, StateError, type StoreLock, TEXT, UnsupportedError } from 'itchat'
import type { CallKind, Phase } from '../../src/account/session/session-table.js'
import { quiet } from '../support/bot.js'
import { gate } from '../support/gate.js'
import { MemoryJournalStore } from '../support/memory-journal.js'
import type { Settling } from '../support/settling.js'
import { Seam } from './observed-transport.js'
import { SessionModel } from './session-model.js'
import type { World } from './worlds.js'

/** What a handler does with a message, or what a middleware does with a message that starts with `use`. */
type HandlerAction = 'reply' | 'throw' | 'hang' | 'logout' | 'close' | 'login'

/** Calls and external events with their relative frequencies. */
export const WEIGHTS = {
  getQRuuid: 2,
  getQR: 2,
  checkLogin: 3,
  webInit: 2,
  showMobileLogin: 1,
  startReceiving: 3,
  getMsg: 1,
  send: 2,
  configuredReply: 2,
  run: 3,
  login: 3,
  autoLogin: 1,
  'autoLogin hot': 4,
  logout: 4,
  close: 3,
  /** The next instance replaces this one. */
  restart: 3,
  /** A second instance tries to open the store of this instance. */
  twin: 1,
  scan: 5,
  confirm: 5,
  cancel: 1,
  expire: 1,
  down: 4,
  up: 5,
  'end phone': 3,
  'end elsewhere': 2,
  'end expired': 1,
  'lose lock': 5,
  /** The server is slow until `fast`. */
  slow: 3,
  fast: 3,
  /** Hanging handlers continue. */
  release: 4,
  'say reply': 2,
  'say throw': 1,
  'say hang': 3,
  'say logout': 1,
  'say close': 1,
  'say login': 1,
  'say use reply': 1,
  'say use throw': 1,
  'say use hang': 2,
  'say use logout': 1,
  'say use close': 1,
  'say use login': 1,
  'wait 2 s': 3,
  'wait 1 min': 1,
  'wait 1 h': 2,
} as const

export type Action = keyof typeof WEIGHTS

/** One action. With `&`, the next action does not wait until activity has settled. */
export type Step = Action | `${Action} &`

const WAITS = { 'wait 2 s': 2_000, 'wait 1 min': 60_000, 'wait 1 h': 3_600_000 } as const

export interface LifeOptions {
  relogin?: boolean
  /** What the login callbacks do. */
  loginCallback?: 'startReceiving' | 'logout' | 'close' | 'throw' | undefined
  exitCallback?: 'login' | 'close' | 'throw' | undefined
  /** What a `logout` listener does. */
  logoutListener?: 'login' | 'logout' | 'close' | 'throw' | undefined
}

/** Thrown by the program's own code. */
class Thrown extends Error {}

/** A store whose lock another process can take over. */
class LeasedStore extends MemoryJournalStore {
  #lost = new AbortController()
  isHeld = false

  async lock(): Promise<StoreLock | undefined> {
    if (this.isHeld) return undefined
    this.isHeld = true
    const lost = new AbortController()
    this.#lost = lost
    const unlock = async () => {
      if (this.#lost === lost) this.isHeld = false
    }
    return { unlock, lost: lost.signal }
  }

  lose(): void {
    this.isHeld = false
    this.#lost.abort(new Error('Another process has taken the lock.'))
  }
}

/**
 * Plays steps on one account, one instance after another.
 *
 * @returns the phases that were reached
 * @throws Error on any deviation from the session table
 */
export async function play(
  world: World,
  settling: Settling,
  steps: readonly Step[],
  options: LifeOptions = {},
): Promise<Set<Phase>> {
  const rejections: unknown[] = []
  const onRejection = (error: unknown) => rejections.push(error)
  process.on('unhandledRejection', onRejection)
  const reached = new Set<Phase>()
  try {
    const store = new LeasedStore()
    const make = () => new Life(world, settling, store, options, reached)
    let life = make()
    for (const step of steps) {
      const action = step.replace(/ &$/, '') as Action
      if (action === 'restart') {
        await life.finish()
        life = make()
      } else {
        if (action !== step) life.isSettled = false
        life.act(action)
        if (action in WAITS) await settling.advance(WAITS[action as keyof typeof WAITS])
        if (action === step) await life.settle(`after ${step}`)
      }
    }
    await life.finish()
    if (rejections.length > 0) throw new Error(`Unhandled rejections: ${rejections}`)
  } finally {
    process.off('unhandledRejection', onRejection)
  }
  return reached
}

/** One instance, from its first call until all of its activity has ended. */
class Life {
  /** Whether no other activity is running alongside the current step. */
  isSettled = true
  readonly #world: World
  readonly #settling: Settling
  readonly #store: LeasedStore
  readonly #options: LifeOptions
  readonly #bot: Itchat
  readonly #model: SessionModel
  readonly #seam: Seam
  /** Events that the program has received. */
  readonly #events: string[] = []
  readonly #failures: string[] = []
  /** Pending calls. */
  readonly #calls = new Set<{ name: Action }>()
  /** Releases hanging handlers; absent at the end. */
  #release: ReturnType<typeof gate> | undefined = gate()
  /** Number of running handlers. */
  #handlers = 0
  #exits = 0
  /** Number of running callbacks. */
  #callbacks = 0
  #hasCode = false
  #phone: 'none' | 'waiting' | 'scanned' = 'none'
  /** Whether `startReceiving()` is being called. */
  #isByHand = false
  /** Whether the instance has been receiving at any time since activity last settled; if so, a handler may still start. */
  #wasReceiving = false
  /** Whether the last login used the store. */
  #usesStore = false
  /** Number of requests at the time when the first `close()` resolved or the lock was lost. */
  #requestsAtEnd: number | undefined

  constructor(world: World, settling: Settling, store: LeasedStore, options: LifeOptions, reached: Set<Phase>) {
    this.#world = world
    this.#settling = settling
    this.#store = store
    this.#options = options
    this.#model = new SessionModel(reached)
    const model = this.#model
    this.#seam = new Seam({
      onEvent: (event, reason) => model.handle(event, reason),
      onStarted: () => {
        model.hasSession = true
      },
      onCode: (isPushed) => {
        // The code of a push is confirmed on the phone; getQR() and checkLogin() need one from getQRuuid().
        if (!isPushed) this.#hasCode = true
        this.#phone = isPushed ? 'scanned' : 'waiting'
      },
      onLoginFailed: () => {
        if (model.isRenewing) model.handle('loginFailed')
      },
    })
    this.#bot = new Itchat({
      transport: this.#seam.observe(world.transport),
      clock: settling.clock,
      logger: quiet,
    })
    this.#listen()
  }

  #listen(): void {
    const bot = this.#bot
    const model = this.#model
    const record = (event: string) => {
      this.#events.push(event)
      if (bot.state !== model.state) this.#fail(`${event} was emitted in state ${bot.state}, expected ${model.state}`)
    }
    bot.on('login', () => {
      this.#seam.isLoggingIn = false
      this.#wasReceiving = true
      model.began(this.#options.relogin === true && !this.#isByHand)
      record('login')
    })
    bot.on('logout', ({ reason }) => {
      record(`logout ${reason}`)
      if (reason !== 'self' && !this.#world.endings.includes(reason)) this.#fail(`a session was lost with ${reason}`)
      const { logoutListener } = this.#options
      return logoutListener && this.#runCallback(logoutListener)
    })
    for (const event of ['scanned', 'online', 'offline'] as const) bot.on(event, () => record(event))
    bot.on('error', ({ error }) => this.#expectError(error, 'an error event'))
    bot.use(({ text }, next) => (typeof text === 'string' && text.startsWith('use ') ? this.#handle(text) : next()))
    bot.msgRegister(TEXT, ({ text }) => this.#handle(text))
  }

  async #handle(text: string): Promise<string | undefined> {
    if (!this.#model.isReceiving && !this.#wasReceiving) this.#fail(`a handler started in phase ${this.#model.phase}`)
    this.#handlers++
    try {
      const action = text.replace(/^use /, '') as HandlerAction
      if (action === 'throw') throw new Thrown()
      if (action === 'hang') await this.#release?.opened
      else if (action !== 'reply') await this.#call(action)
      return 'ok'
    } finally {
      this.#handlers--
    }
  }

  act(action: Action): void {
    const world = this.#world
    if (action.startsWith('say ')) world.say(action.slice('say '.length))
    else if (action.startsWith('end ')) world.end(action.slice('end '.length) as Exclude<LogoutReason, 'self'>)
    else if (action === 'down' || action === 'up') world.setDown(action === 'down')
    else if (action === 'slow' || action === 'fast') this.#seam.isSlow = action === 'slow'
    else if (action === 'release') this.#releaseHandlers(gate())
    else if (action === 'lose lock') this.#loseLock()
    else if (action in PHONE) this.#usePhone(action as keyof typeof PHONE)
    else if (!(action in WAITS)) void this.#call(action, this.isSettled).catch(() => {})
  }

  #usePhone(action: keyof typeof PHONE): void {
    const { from, to } = PHONE[action]
    if (!from.some((state) => state === this.#phone)) return
    this.#phone = to
    this.#world[action]()
  }

  #releaseHandlers(next?: ReturnType<typeof gate>): void {
    this.#release?.open()
    this.#release = next
  }

  #loseLock(): void {
    if (!this.#usesStore || !this.#store.isHeld) return
    this.#model.handle('fenced')
    this.#requestsAtEnd ??= this.#world.requests
    this.#store.lose()
  }

  /**
   * Makes a call and checks that its outcome is allowed.
   *
   * @param isAlone whether no other call makes requests
   */
  async #call(name: Action, isAlone = false): Promise<void> {
    const model = this.#model
    const { ends, begun, isReceiving, isIdle, isClosed } = model
    const isUnsupported = WEB_STEPS.has(name) && !this.#world.hasStepLogin
    const isRefused = this.#isRefused(name)
    const isLoggingOut = [...this.#calls].some((other) => other.name === 'logout')
    const isEarly = (name === 'getQR' || name === 'checkLogin') && !this.#hasCode
    const call = { name }
    this.#calls.add(call)
    const { requests } = this.#world
    this.#seam.isStep = KINDS[name] === 'step' || KINDS[name] === 'start'
    const result = this.#make(name)
    this.#seam.isStep = false
    try {
      await result
      if (isUnsupported) this.#fail(`${name} was accepted, although the transport does not support it`)
      if (isRefused) this.#fail(`${name} was accepted in phase ${model.phase}`)
      if (isIdle && isLogin(name) && model.begun === begun) this.#fail(`${name} resolved without a session`)
      if (name === 'close') {
        model.handle('closeDone')
        this.#requestsAtEnd ??= this.#world.requests
      }
    } catch (error) {
      if (isLogin(name)) {
        model.handle('loginFailed')
        this.#seam.isLoggingIn = false
      }
      this.#expectError(error, name)
      if (isUnsupported && !(error instanceof UnsupportedError) && !isClosed)
        this.#fail(`${name} rejected with ${error}, expected an UnsupportedError`)
      if (isRefused && !isUnsupported && !(error instanceof StateError))
        this.#fail(`${name} rejected with ${error}, expected a StateError`)
      const mayFail = isRefused !== false || isEarly || isClosed || isLoggingOut || model.ends > ends
      if (error instanceof StateError && !mayFail)
        this.#fail(`${name} was rejected in ${isReceiving ? 'a session' : model.phase}: ${error}`)
      if ((isRefused || isUnsupported) && isAlone && this.#world.requests !== requests)
        this.#fail(`${name} made a request`)
      throw error
    } finally {
      this.#calls.delete(call)
    }
  }

  /** Whether the call must be rejected; `undefined` when that depends on the progress of a request. */
  #isRefused(name: Action): boolean | undefined {
    const { isReceiving, isIdle, isClosed, hasSession, begun } = this.#model
    const kind = KINDS[name]
    if (kind && this.#model.refuses(kind)) return true
    const isSessionMissing = isClosed || (this.#seam.starting > 0 ? undefined : !hasSession)
    switch (name) {
      case 'showMobileLogin':
      case 'send':
        return isSessionMissing
      case 'getMsg':
        return isReceiving || (isIdle || isClosed ? isSessionMissing : undefined)
      case 'startReceiving':
        return !isReceiving && isSessionMissing
      case 'run':
        return begun === 0
      default:
        return false
    }
  }

  async #make(name: Action): Promise<unknown> {
    const bot = this.#bot
    const { relogin, loginCallback, exitCallback } = this.#options
    const options = {
      qrCallback: () => {},
      exitCallback: () => this.#runExitCallback(exitCallback),
      ...(relogin ? { relogin: 'qr' as const } : {}),
      ...(loginCallback ? { loginCallback: () => this.#runCallback(loginCallback) } : {}),
    }
    switch (name) {
      case 'getQRuuid':
        return bot.getQRuuid()
      case 'getQR':
        return bot.getQR({ qrCallback: () => {} })
      case 'checkLogin':
        return bot.checkLogin()
      case 'webInit':
        return bot.webInit()
      case 'showMobileLogin':
        return bot.showMobileLogin()
      case 'startReceiving':
        this.#isByHand = true
        try {
          return bot.startReceiving(options.exitCallback)
        } finally {
          this.#isByHand = false
        }
      case 'getMsg':
        return bot.getMsg()
      case 'send':
        return bot.send('hello', this.#world.contactId(bot))
      case 'configuredReply':
        return bot.configuredReply()
      case 'run':
        return bot.run()
      case 'login':
        return bot.login(options)
      case 'autoLogin':
        if (!this.#joinsLogin) this.#usesStore = false
        return bot.autoLogin(options)
      case 'autoLogin hot':
        if (!this.#joinsLogin) this.#usesStore = true
        return bot.autoLogin({ ...options, hotReload: true, sessionStore: this.#store })
      case 'logout':
        this.#model.handle('logoutRequested')
        return bot.logout()
      case 'close':
        this.#model.handle('closeRequested')
        return bot.close()
      case 'twin':
        return this.#startTwin()
      default:
        throw new TypeError(`Unknown call: ${name}`)
    }
  }

  /** Whether the login being called joins a pending one, so that its own options have no effect. */
  get #joinsLogin(): boolean {
    return [...this.#calls].filter(({ name }) => KINDS[name] === 'login').length > 1
  }

  /** Lets another instance try to open the store of this instance. */
  async #startTwin(): Promise<void> {
    if (!this.#store.isHeld || !this.isSettled) return
    const twin = new Itchat({ transport: this.#world.transport, clock: this.#settling.clock, logger: quiet })
    const { requests } = this.#world
    const failure = await twin.autoLogin({ hotReload: true, sessionStore: this.#store }).catch((error) => error)
    if (!String(failure).includes('in use')) this.#fail(`a second instance opened the store: ${failure}`)
    if (this.#world.requests !== requests) this.#fail('a second instance made a request')
    await twin.close()
  }

  async #runCallback(action: Action | 'throw'): Promise<void> {
    this.#callbacks++
    try {
      if (action === 'throw') throw new Thrown()
      await this.#call(action)
    } finally {
      this.#callbacks--
    }
  }

  async #runExitCallback(action: LifeOptions['exitCallback']): Promise<void> {
    this.#exits++
    if (this.#model.isRenewing) this.#giveUpRenewal()
    if (action) await this.#runCallback(action)
  }

  #giveUpRenewal(): void {
    this.#model.isRenewing = false
    if (!this.#seam.isLoggingIn) return
    this.#seam.isLoggingIn = false
    this.#model.handle('loginFailed')
  }

  #expectError(error: unknown, source: string): void {
    if (error instanceof ItchatError || error instanceof Thrown) return
    this.#fail(`unexpected error from ${source}: ${error instanceof Error ? error.stack : error}`)
  }

  #fail(failure: string): void {
    this.#failures.push(failure)
  }

  /** Waits until activity has settled, then compares the instance with the model. */
  async settle(when: string): Promise<void> {
    const fingerprint = () =>
      [
        this.#world.requests,
        this.#seam.calls,
        this.#events.length,
        this.#calls.size,
        this.#exits,
        this.#handlers,
      ].join()
    let differences: string[] = []
    for (let tries = 0; tries <= this.#settling.retries; tries++) {
      await this.#settling.settle(fingerprint)
      differences = this.#differences()
      if (differences.length === 0) break
    }
    this.#failures.push(...differences)
    if (this.#failures.length > 0) {
      const pending = [...this.#calls].map(({ name }) => name)
      throw new Error(
        `${when}: ${this.#failures.join('; ')}. Phase ${this.#model.phase}, pending: ${pending}, events: ${this.#events}`,
      )
    }
    this.isSettled = true
    this.#wasReceiving = this.#model.isReceiving
  }

  #differences(): string[] {
    const model = this.#model
    const found: string[] = []
    const expect = (subject: string, actual: unknown, expected: unknown) => {
      if (String(actual) !== String(expected)) found.push(`${subject}: ${actual}, expected ${expected}`)
    }
    // A pending send that the server does not answer delays `close()`, but not the change of state.
    if (this.#seam.isSlow && this.#bot.state === 'closed') model.handle('closeDone')
    expect('state', this.#bot.state, model.state)
    expect('events', this.#events, model.emitted)
    const isDelayed = this.#handlers > 0 || this.#seam.isSlow
    if (!isDelayed) expect('calls to exitCallback', this.#exits, model.exits)
    else if (this.#exits > model.begun - model.renewed) found.push(`${this.#exits} calls to exitCallback`)
    if (!isDelayed && !model.isReceiving) {
      const hasEnded = model.isIdle || model.isClosed
      if (!hasEnded) found.push(`remains in phase ${model.phase}`)
    }
    expect('receiving', this.#seam.receiving, model.isReceiving ? 1 : 0)
    for (const { name } of this.#calls) if (!this.#mayWait(name)) found.push(`${name} does not settle`)
    return found
  }

  /** Whether the call may be waiting for an external event. */
  #mayWait(name: Action): boolean {
    const { isReceiving, isIdle, isClosed, isRenewing } = this.#model
    if (this.#handlers > 0 || this.#callbacks > 0 || this.#seam.isSlow) return true
    if (isLogin(name)) return isIdle
    if (name === 'run') return isReceiving || isRenewing
    if (name === 'configuredReply') return true
    return name === 'checkLogin' && !isClosed
  }

  /** Closes the instance and checks that no activity remains an hour later. */
  async finish(): Promise<void> {
    this.#releaseHandlers()
    this.#seam.isSlow = false
    this.act('close')
    await this.settle('after the last close()')
    // Ends background waits on the clock, such as the one in configuredReply().
    await this.#settling.advance(3_600_000)
    await this.settle('an hour later')
    const { requests } = this.#world
    const remaining = {
      state: this.#bot.state,
      requests: requests - (this.#requestsAtEnd ?? requests),
      calls: [...this.#calls].map(({ name }) => name),
      polling: this.#seam.polling,
      handlers: this.#handlers,
      sleeping: this.#settling.waiting,
    }
    const expected = { state: 'closed', requests: 0, calls: [], polling: 0, handlers: 0, sleeping: 0 }
    if (JSON.stringify(remaining) !== JSON.stringify(expected))
      throw new Error(`Remaining activity: ${JSON.stringify(remaining)}`)
  }
}

/** Actions on the phone, each with the states of a code in which it is possible and the state that follows. */
const PHONE = {
  scan: { from: ['waiting'], to: 'scanned' },
  confirm: { from: ['scanned'], to: 'none' },
  cancel: { from: ['waiting', 'scanned'], to: 'none' },
  expire: { from: ['waiting'], to: 'none' },
} as const satisfies Record<string, { from: readonly string[]; to: string }>

const KINDS: Partial<Record<Action, CallKind>> = {
  getQRuuid: 'step',
  getQR: 'step',
  checkLogin: 'step',
  webInit: 'start',
  startReceiving: 'receive',
  login: 'login',
  autoLogin: 'login',
  'autoLogin hot': 'login',
}

/** Steps that a transport has only with the feature `stepLogin`. */
const WEB_STEPS: ReadonlySet<Action> = new Set(['webInit', 'showMobileLogin', 'startReceiving', 'getMsg'])

const isLogin = (name: Action) => KINDS[name] === 'login'

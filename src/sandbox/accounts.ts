import { setMaxListeners } from 'node:events'
import { Core, type Shared } from './core.js'
import { SandboxError } from './errors.js'
import type { QrCode } from './ilink/qr-code.js'
import { QrRegistry } from './ilink/qr-registry.js'
import { MAX_ACCOUNTS, type Settings } from './options.js'
import type { LoginAttempt } from './session/login-attempt.js'
import { LoginAttempts } from './session/login-attempts.js'
import type { AccountView } from './views/view.js'
import { buildWorld } from './world/build-world.js'
import type { Language } from './world/language.js'
import { builtInWorld, withOwner, withOwnId } from './world/owners.js'
import { checkName } from './world/person-rules.js'
import type { WorldSpec } from './world/spec.js'

/** Options for `Sandbox.addAccount`. */
export interface AccountOptions {
  /**
   * The people and groups of the account. Default: the built-in world in the language of the first account, with another
   * owner and without earlier messages.
   */
  world?: WorldSpec | 'zh' | 'en'
  /** The name of the owner. With a name, the owner of `world` is replaced, and earlier messages are left out. */
  name?: string | undefined
  /** Whether to scan and confirm logins automatically. Default: the same as for the first account. */
  autoLogin?: boolean
}

/** The accounts of a sandbox, and what they share: the address, and the QR codes that no phone has scanned. */
export class Accounts implements Shared {
  readonly cores: Core[] = []
  readonly attempts: LoginAttempts
  readonly qrCodes: QrRegistry
  url = 'http://127.0.0.1'
  /** The latest internal error in the sandbox. */
  lastError: unknown
  readonly #settings: Settings
  readonly #closing = new AbortController()
  /** Called with each new account. */
  onAdd: (core: Core) => void = () => {}
  #published = ''

  constructor(settings: Settings) {
    this.#settings = settings
    // Every open poll, pending QR code and delay adds a listener.
    setMaxListeners(0, this.closing)
    this.attempts = new LoginAttempts(settings.clock, this.closing, (attempt) => this.#onAttempt(attempt))
    this.qrCodes = new QrRegistry(settings.clock, this.closing, (qr) => this.#onQrCode(qr))
  }

  get closing(): AbortSignal {
    return this.#closing.signal
  }

  /** The first account. */
  get first(): Core {
    const [first] = this.cores
    if (!first) throw new SandboxError('The sandbox has no accounts yet.')
    return first
  }

  /** The account with this number, if any. */
  find(number: number | undefined): Core | undefined {
    return this.cores[(number ?? 0) - 1]
  }

  /** Adds an account. Throws for an invalid name or world, and if there are 20 accounts. */
  add({ world, name, autoLogin }: AccountOptions = {}): Core {
    const number = this.cores.length + 1
    if (number > MAX_ACCOUNTS)
      throw new SandboxError(`Cannot add an account: a sandbox has at most ${MAX_ACCOUNTS} accounts.`)
    if (name !== undefined) checkName(name)
    const settings = { ...this.#settings, ...(autoLogin === undefined ? {} : { autoLogin }) }
    const given = worldSpec(world ?? this.cores[0]?.world.language ?? 'zh', number)
    const spec = this.#withOwnId(name === undefined ? given : withOwner(given, { name }))
    const core = new Core(
      this,
      settings,
      buildWorld(spec, () => settings.clock.now(), number),
    )
    this.cores.push(core)
    this.onAdd(core)
    this.changed()
    return core
  }

  /** Accounts may share a world, but each owner needs a different id. */
  #withOwnId(spec: WorldSpec): WorldSpec {
    const { owner } = spec
    const isTaken = typeof owner === 'object' && this.cores.some(({ world }) => world.owner.id === owner.id)
    return isTaken ? withOwnId(spec) : spec
  }

  get views(): readonly AccountView[] {
    return this.cores.map((core) => {
      const { owner } = core.world
      return { id: core.number, name: owner.name, owner: owner.id, status: statusOf(core) }
    })
  }

  changed(): void {
    const { views } = this
    const text = JSON.stringify(views)
    if (text === this.#published) return
    // The first account is created before any listener can be added.
    const isFirst = this.#published === ''
    this.#published = text
    if (isFirst) return
    for (const { feed } of this.cores) feed.publish('accounts', views)
  }

  /** The account that logs in next: the first one that is free, otherwise the one whose session is the oldest. */
  next(): Core {
    return this.cores.find(isFree) ?? oldest(this.cores, loginAt) ?? this.first
  }

  /** Like `next`, for a program that uses iLink. */
  nextIlink(): Core {
    return this.cores.find(isIlinkFree) ?? oldest(this.cores, boundAt) ?? this.first
  }

  /** Ends all polls and recordings. Resolves with the outcomes of the recordings. */
  close(): Promise<PromiseSettledResult<void>[]> {
    // Media are read from the stores until the recordings are complete.
    const recordings = this.cores.map((core) => core.recordings.close())
    for (const { sessions } of this.cores) sessions.live?.notifier.notify()
    this.#closing.abort(new SandboxError('The sandbox has been closed.'))
    for (const { sessions } of this.cores) sessions.live?.uploads.clear()
    return Promise.allSettled(recordings)
  }

  /** Deletes the files of all media. */
  closeMedia(): void {
    for (const { media } of this.cores) media.close()
  }

  #onAttempt(attempt: LoginAttempt): void {
    const scanning = attempt.state === 'waiting' ? this.#autoLogin(isFree, loginAt) : undefined
    // The scan publishes the change again. Before that, other phones must not show a QR code that they cannot scan.
    for (const core of scanning ? [scanning] : this.cores) core.loginChanged()
    scanning?.logins.scan(attempt)
  }

  #onQrCode(qr: QrCode): void {
    const scanning = qr.state === 'waiting' ? this.#autoLogin(isIlinkFree, boundAt) : undefined
    for (const { ilink } of scanning ? [scanning] : this.cores) ilink.changed()
    scanning?.ilink.qrCodes.scan(qr)
  }

  /** The account that scans a QR code automatically. If only other accounts are free, the code waits for their phones. */
  #autoLogin(isFree: (core: Core) => boolean, timeOf: (core: Core) => number | undefined): Core | undefined {
    const candidates = this.cores.filter(({ settings }) => settings.autoLogin)
    return candidates.find(isFree) ?? (this.cores.some(isFree) ? undefined : oldest(candidates, timeOf))
  }
}

function isFree({ sessions, logins }: Core): boolean {
  return sessions.live === undefined && !logins.isBusy
}

function isIlinkFree({ ilink }: Core): boolean {
  return ilink.binding?.tokenState !== 'valid' && !ilink.qrCodes.isBusy
}

function loginAt({ sessions }: Core): number | undefined {
  return sessions.live?.loginAt
}

function boundAt({ ilink }: Core): number | undefined {
  return ilink.binding?.boundAt
}

function worldSpec(world: WorldSpec | Language, number: number): WorldSpec {
  if (typeof world !== 'string') return world
  const languages: readonly string[] = ['zh', 'en']
  if (languages.includes(world)) return builtInWorld(world, number)
  throw new SandboxError(`Invalid world ${JSON.stringify(world)}: expected 'zh', 'en' or people and groups.`)
}

/** The account with the lowest time; those without one come first. */
function oldest(cores: readonly Core[], timeOf: (core: Core) => number | undefined): Core | undefined {
  return cores.toSorted((a, b) => (timeOf(a) ?? 0) - (timeOf(b) ?? 0))[0]
}

function statusOf({ sessions, logins, ilink }: Core): AccountView['status'] {
  if (sessions.live || ilink.binding?.tokenState === 'valid') return 'online'
  const qr = ilink.qrCodes.latest?.state
  const isAsked = logins.latest?.open || qr === 'waiting' || qr === 'scanned' || qr === 'verifyCode'
  return isAsked ? 'waiting' : 'offline'
}

import { Account } from './account.js'
import { type AccountOptions, Accounts } from './accounts.js'
import { makeApp, makeHostApp } from './app.js'
import { systemClock } from './clock.js'
import { Pairing } from './control/pairing.js'
import { checkHost, originOf } from './host.js'
import { ilinkSettings } from './ilink/options.js'
import { checkSandboxOptions, DEFAULT_PORT, type SandboxOptions, type Settings } from './options.js'
import { listen, type RunningServer } from './server.js'

/**
 * Starts a local WeChat server on 127.0.0.1 that programs can log in to. Throws `PortInUseError` if the port is in use,
 * and `SandboxError` for an unknown option, or a `host` that is not an address of this machine.
 *
 * ```ts
 * await using sandbox = await startSandbox({ port: 0, autoLogin: true })
 * ```
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  checkSandboxOptions(options)
  const { host } = options
  if (host !== undefined) checkHost(host)
  const settings: Settings = {
    clock: options.clock ?? systemClock,
    waitClock: options.waitClock ?? systemClock,
    messageTimeoutMs: options.messageTimeoutMs ?? 3000,
    autoLogin: options.autoLogin ?? false,
    publicBase: options.publicBase,
    contactPageSize: options.contactPageSize ?? 500,
    syncPageSize: options.syncPageSize ?? 100,
    inviteStartCount: options.inviteStartCount ?? 40,
    floodLimit: options.floodLimit ?? { sends: 60, windowMs: 10_000 },
    loginRefusal: options.loginRefusal,
    mediaLimitBytes: options.mediaLimitBytes ?? 512 * 1024 * 1024,
    ilink: ilinkSettings(options.ilink),
    opensClawbot: options.ilink !== undefined && options.ilink !== false,
  }
  const accounts = new Accounts(settings)
  accounts.add({ world: options.world ?? 'zh' })
  const app = makeApp(accounts)
  const server = await listen(app, options.port ?? DEFAULT_PORT)
  accounts.url = `http://127.0.0.1:${server.port}`
  if (host === undefined) return new Sandbox(accounts, [server], app)
  try {
    const hosted = await listenOnHost(accounts, host, options.port === 0 ? 0 : server.port)
    return new Sandbox(accounts, [server, hosted.server], app, hosted.pairing)
  } catch (error) {
    await accounts.close()
    await server.close()
    throw error
  }
}

/** Opens the page to other devices. */
async function listenOnHost(accounts: Accounts, host: string, port: number) {
  let handle = async (_request: Request) => new Response(null, { status: 503 })
  // The host name that requests must carry is known only once the server has a port.
  const server = await listen((request) => handle(request), port, host)
  const origin = originOf(host, server.port)
  const pairing = new Pairing(origin, accounts.first.settings.opensClawbot ? '/?phone=clawbot' : '/')
  handle = makeHostApp(accounts, new URL(origin).host, pairing)
  return { server, pairing }
}

/** A running local WeChat server: its address, its accounts, and all that a test does with the first one. */
export class Sandbox extends Account {
  readonly #accounts: Accounts
  readonly #all: Account[] = [this]
  readonly #servers: readonly RunningServer[]
  readonly #pairing: Pairing | undefined
  readonly #handle: (request: Request) => Promise<Response>
  #closed: Promise<void> | undefined

  /** Use `startSandbox` instead. */
  constructor(
    accounts: Accounts,
    servers: readonly RunningServer[],
    handle: (request: Request) => Promise<Response>,
    pairing?: Pairing,
  ) {
    super(accounts.first)
    this.#accounts = accounts
    // The server may have been listening for a while: the page may have added accounts.
    for (const core of accounts.cores.slice(1)) this.#all.push(new Account(core))
    accounts.onAdd = (core) => this.#all.push(new Account(core))
    this.#servers = servers
    this.#pairing = pairing
    this.#handle = handle
  }

  /** `http://127.0.0.1:<port>`: the base URL for programs, and the address of the page. */
  get url(): string {
    return this.#accounts.url
  }

  /**
   * The address of the page for another device, or `undefined` without the option `host`. It contains a token that
   * admits one browser; afterwards the address has a new token.
   */
  get hostUrl(): string | undefined {
    return this.#pairing?.url
  }

  /** Calls the listener with the new `hostUrl` after each use of it. Returns a function that removes the listener. */
  onHostUrl(listener: (url: string) => void): () => void {
    const pairing = this.#pairing
    return pairing?.events.on('paired', () => listener(pairing.url)) ?? (() => {})
  }

  /** All accounts, also those added on the page. The first one is the sandbox itself. */
  get accounts(): readonly Account[] {
    return [...this.#all]
  }

  /**
   * Adds an account with its own phone, people, groups, messages and faults; the accounts are independent. A
   * program that logs in belongs to the account whose phone scans its QR code. Throws for an invalid name or world, and
   * beyond 20 accounts.
   */
  addAccount(options: AccountOptions = {}): Account {
    const { number } = this.#accounts.add(options)
    return this.#all[number - 1] ?? this
  }

  /** The latest internal error in the sandbox, or `undefined` if there has been none. */
  get lastError(): unknown {
    return this.#accounts.lastError
  }

  /**
   * Handles a request without a socket. As usual, the request is routed by its host. Rejects if a fault resets the
   * connection.
   */
  handle(request: Request): Promise<Response> {
    return this.#handle(request)
  }

  /**
   * Ends all polls, waits and recordings, closes all connections and releases the port. Rejects if a recording could not be
   * written.
   */
  close(): Promise<void> {
    this.#closed ??= (async () => {
      const outcomes = await this.#accounts.close()
      await Promise.all(this.#servers.map((server) => server.close()))
      this.#accounts.closeMedia()
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
    })()
    return this.#closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

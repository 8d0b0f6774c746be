import { Clawbot } from './actors/clawbot.js'
import { Friend } from './actors/friend.js'
import { GroupChat } from './actors/group-chat.js'
import { Owner } from './actors/owner.js'
import { Phone } from './actors/phone.js'
import { makeApp } from './app.js'
import { systemClock } from './clock.js'
import type { EventMap, EventView, RequestView, WarningView } from './control/view.js'
import { Core } from './core.js'
import { SandboxError } from './errors.js'
import type { Faults } from './faults/faults.js'
import { ilinkSettings } from './ilink/options.js'
import type { NoMessageDetails } from './no-message-error.js'
import { DEFAULT_PORT, type SandboxOptions, type Settings } from './options.js'
import { type RawMessage, rawMessage } from './raw-message.js'
import { SentMessages } from './sent-messages.js'
import { listen, type RunningServer } from './server.js'
import type { PollKind } from './traffic.js'
import { buildWorld } from './world/build-world.js'
import { DEFAULT_WORLD } from './world/default-world.js'
import { findGroup, findPerson } from './world/find.js'

/** A program's session without its credentials. */
export interface SessionInfo {
  uin: string
  /** Unix time in milliseconds. */
  loginAt: number
  /** Whether the program has polled for messages at least once. */
  online: boolean
  /** Why the session ended, as in `LoginView.logoutReason`; absent while it is live. */
  endCode?: number
}

/**
 * Starts a local WeChat server on 127.0.0.1 that programs can log in to. Throws `PortInUseError` if the port is in use.
 *
 * ```ts
 * await using sandbox = await startSandbox({ port: 0, autoLogin: true })
 * ```
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
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
  const world = buildWorld(options.world ?? DEFAULT_WORLD, () => settings.clock.now())
  const core = new Core(settings, world)
  const app = makeApp(core)
  const server = await listen(app, options.port ?? DEFAULT_PORT)
  core.url = `http://127.0.0.1:${server.port}`
  return new Sandbox(core, server, app)
}

/** A running local WeChat server: the URL for programs, and the phone, friends and groups for tests. */
export class Sandbox {
  /** The account owner's phone. */
  readonly phone: Phone
  /** The account's owner. */
  readonly owner: Owner
  /** The ClawBot part of the owner's phone, for programs that use the iLink protocol. */
  readonly clawbot: Clawbot
  /** Injects faults such as dropped connections and malformed replies. */
  readonly faults: Faults
  readonly #core: Core
  readonly #server: RunningServer
  readonly #handle: (request: Request) => Promise<Response>
  readonly #sentMessages: SentMessages
  readonly #diagnostics = new Set<(details: NoMessageDetails) => readonly string[]>()
  #closed: Promise<void> | undefined

  /** Use `startSandbox` instead. */
  constructor(core: Core, server: RunningServer, handle: (request: Request) => Promise<Response>) {
    this.#core = core
    this.#server = server
    this.#handle = handle
    this.#sentMessages = new SentMessages(core.media)
    this.faults = core.faults
    this.phone = new Phone(core)
    this.owner = new Owner(this.#context, core.world.owner, (query) => this.#chatId(query))
    this.clawbot = new Clawbot(this.#context)
    core.world.events.on('message', (message) => {
      if (message.origin === 'bot') this.#sentMessages.add(message)
    })
  }

  /** `http://127.0.0.1:<port>`: the base URL for programs, and the address of the page. */
  get url(): string {
    return this.#core.url
  }

  /**
   * Finds any person by name, remark, alias or id, friend or not. If there is no match, the error message lists similar
   * names.
   */
  friend(query: string): Friend {
    const people = [...this.#core.world.people.values()].filter((person) => person.kind === 'person')
    return new Friend(this.#context, findPerson(people, query, 'person'))
  }

  /**
   * Finds an official or built-in account, such as `filehelper`, by name or id. If there is no match, the error
   * message lists similar names.
   */
  official(query: string): Friend {
    const others = [...this.#core.world.people.values()].filter((person) => person.kind !== 'person')
    return new Friend(this.#context, findPerson(others, query, 'official account'))
  }

  /** Finds a group by topic or id. If there is no match, the error message lists similar names. */
  group(query: string): GroupChat {
    return new GroupChat(this.#context, findGroup(this.#core.world.groups.values(), query))
  }

  /** Delivers a message with the given wire fields and returns its `MsgId`. Throws if no program is logged in. */
  raw(fields: RawMessage): string {
    const session = this.#core.sessions.live
    if (!session) throw new SandboxError('raw: no program is logged in. Log one in first.')
    const { world, clock, sessions } = this.#core
    const now = clock.now()
    const { MsgId } = rawMessage(world, session.names, fields, now)
    sessions.add({ kind: 'raw', fieldsFor: (names) => rawMessage(world, names, { ...fields, MsgId }, now) })
    return MsgId
  }

  /** The latest 1,000 events, oldest first. */
  get events(): readonly EventView[] {
    return [...this.#core.feed.events]
  }

  /** Adds a listener for this type of event and returns a function that removes it. */
  on<K extends keyof EventMap>(type: K, listener: (data: EventMap[K]) => void): () => void {
    return this.#core.feed.onEvent((event) => {
      if (event.type === type) listener(event.data as EventMap[K])
    })
  }

  /**
   * Adds a callback that returns lines to append to the error from `nextMessage`, such as which handler matched or
   * which error it threw. The program must run in the same process. Returns a function that removes the callback.
   */
  addDiagnostics(collect: (details: NoMessageDetails) => readonly string[]): () => void {
    this.#diagnostics.add(collect)
    return () => {
      this.#diagnostics.delete(collect)
    }
  }

  /** The latest 2,000 requests from the program, oldest first. Pending requests have no status. */
  get requests(): RequestView[] {
    return this.#core.traffic.requests.map((request) => ({ ...request }))
  }

  /** The program's distinct deviations from the protocol, which the real service might reject. */
  get warnings(): WarningView[] {
    return this.#core.conformance.warnings
  }

  /** The latest session, which may have ended, or `undefined` before the first login. */
  get session(): SessionInfo | undefined {
    const session = this.#core.sessions.latest
    if (!session) return undefined
    const { endCode } = session
    return {
      uin: String(session.uin),
      loginAt: session.loginAt,
      online: session.polled && endCode === undefined,
      ...(endCode === undefined ? {} : { endCode }),
    }
  }

  /** The latest internal error in the sandbox, or `undefined` if there has been none. */
  get lastError(): unknown {
    return this.#core.lastError
  }

  /** Ends the program's session as the server would. Throws if no program is logged in. */
  expireSession(code: 1100 | 1101 | 1102): void {
    if (!this.#core.sessions.end(code))
      throw new SandboxError('expireSession: no program is logged in. Log one in first.')
  }

  /** Resolves once a program is logged in and is polling for messages. */
  async online(options: { signal?: AbortSignal } = {}): Promise<void> {
    await this.#core.sessionNotifier.until(() => (this.#core.sessions.live?.polled ? true : undefined), options.signal)
  }

  /** Resolves once a poll of this kind is being held open. */
  held(kind: PollKind, options: { signal?: AbortSignal } = {}): Promise<void> {
    return this.#core.traffic.held(kind, options.signal)
  }

  /**
   * Handles a request without a socket. As usual, the request is routed by its host. Rejects if a fault resets the
   * connection.
   */
  handle(request: Request): Promise<Response> {
    return this.#handle(request)
  }

  /** Ends all polls, closes all connections and releases the port. */
  close(): Promise<void> {
    this.#closed ??= (async () => {
      this.#core.close()
      await this.#server.close()
      this.#core.media.close()
    })()
    return this.#closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  get #context() {
    return { core: this.#core, sentMessages: this.#sentMessages, diagnostics: this.#diagnostics }
  }

  #chatId(query: string): string {
    const { groups, people } = this.#core.world
    const isGroup = [...groups.values()].some((group) => [group.id, group.topic].includes(query))
    return isGroup ? findGroup(groups.values(), query).id : findPerson(people.values(), query, 'chat').id
  }
}

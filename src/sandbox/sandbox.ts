import { Clawbot } from './actors/clawbot.js'
import { Friend } from './actors/friend.js'
import { GroupChat } from './actors/group-chat.js'
import { Owner } from './actors/owner.js'
import { Phone } from './actors/phone.js'
import { makeApp, makeHostApp } from './app.js'
import { systemClock } from './clock.js'
import { Pairing } from './control/pairing.js'
import { Core } from './core.js'
import { SandboxError } from './errors.js'
import type { Faults } from './faults/faults.js'
import { checkHost, originOf } from './host.js'
import { ilinkSettings } from './ilink/options.js'
import type { RequestView, WarningView } from './inspector/request-view.js'
import type { NoMessageDetails } from './no-message-error.js'
import { DEFAULT_PORT, type SandboxOptions, type Settings } from './options.js'
import { type RawMessage, rawMessage } from './raw-message.js'
import { SentMessages } from './sent-messages.js'
import { listen, type RunningServer } from './server.js'
import type { PollKind } from './traffic.js'
import type { Transcript } from './transcript/read.js'
import { TranscriptRecording } from './transcript/recording.js'
import { type ReplayOptions, type ReplayResult, replayTranscript } from './transcript/replay.js'
import type { EventMap, EventView } from './views/view.js'
import { buildWorld } from './world/build-world.js'
import { DEFAULT_WORLD } from './world/default-world.js'
import { ENGLISH_WORLD } from './world/english-world.js'
import { findGroup, findPerson } from './world/find.js'
import { addPerson } from './world/person-rules.js'
import type { WorldSpec } from './world/spec.js'

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
 * Starts a local WeChat server on 127.0.0.1 that programs can log in to. Throws `PortInUseError` if the port is in use,
 * and `SandboxError` for a `host` that is not an address of this machine.
 *
 * ```ts
 * await using sandbox = await startSandbox({ port: 0, autoLogin: true })
 * ```
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
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
  const world = buildWorld(worldSpec(options.world), () => settings.clock.now())
  const core = new Core(settings, world)
  const app = makeApp(core)
  const server = await listen(app, options.port ?? DEFAULT_PORT)
  core.url = `http://127.0.0.1:${server.port}`
  if (host === undefined) return new Sandbox(core, [server], app)
  try {
    const hosted = await listenOnHost(core, host, options.port === 0 ? 0 : server.port)
    return new Sandbox(core, [server, hosted.server], app, hosted.pairing)
  } catch (error) {
    core.close()
    await server.close()
    throw error
  }
}

function worldSpec(world: SandboxOptions['world'] = 'zh'): WorldSpec {
  if (typeof world !== 'string') return world
  const specs: Readonly<Record<string, WorldSpec>> = { zh: DEFAULT_WORLD, en: ENGLISH_WORLD }
  const spec = specs[world]
  if (!spec) throw new SandboxError(`Invalid world ${JSON.stringify(world)}: expected 'zh', 'en' or people and groups.`)
  return spec
}

/** Opens the page to other devices. */
async function listenOnHost(core: Core, host: string, port: number) {
  let handle = async (_request: Request) => new Response(null, { status: 503 })
  // The host name that requests must carry is known only once the server has a port.
  const server = await listen((request) => handle(request), port, host)
  const origin = originOf(host, server.port)
  const pairing = new Pairing(origin, core.settings.opensClawbot ? '/?phone=clawbot' : '/')
  handle = makeHostApp(core, new URL(origin).host, pairing)
  return { server, pairing }
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
  readonly #servers: readonly RunningServer[]
  readonly #pairing: Pairing | undefined
  readonly #handle: (request: Request) => Promise<Response>
  readonly #sentMessages: SentMessages
  readonly #diagnostics = new Set<(details: NoMessageDetails) => readonly string[]>()
  readonly #recordings = new Set<TranscriptRecording>()
  #closed: Promise<void> | undefined

  /** Use `startSandbox` instead. */
  constructor(
    core: Core,
    servers: readonly RunningServer[],
    handle: (request: Request) => Promise<Response>,
    pairing?: Pairing,
  ) {
    this.#core = core
    this.#servers = servers
    this.#pairing = pairing
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

  /**
   * Finds any person by name, remark, alias or id, friend or not. If there is no match, the error message lists similar
   * names.
   */
  friend(query: string): Friend {
    const people = [...this.#core.world.people.values()].filter((person) => person.kind === 'person')
    return new Friend(this.#context, findPerson(people, query, 'person'))
  }

  /**
   * Adds a person, by default a stranger. The program receives a new friend as a contact change, and learns about a
   * stranger when they send a friend request or join a group of the account. Throws for an invalid name.
   */
  addPerson(name: string, { isContact = false }: { isContact?: boolean } = {}): Friend {
    return new Friend(this.#context, addPerson(this.#core.world, name, isContact))
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
    world.events.emit('acted', { type: 'raw', fields })
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

  /**
   * Records from now on what people, the phone and this test do, and what the program sends, until the recording or the
   * sandbox is closed. Without a path, the lines are kept in memory. Throws if the file exists.
   */
  record(path?: string): TranscriptRecording {
    const recording = new TranscriptRecording(this.#core, path, () => this.#recordings.delete(recording))
    this.#recordings.add(recording)
    return recording
  }

  /**
   * Replays a transcript (a path, its lines, or the result of `readTranscript`) against the program that logs in, and
   * compares what the program sends. The people of the transcript must exist in this sandbox. Throws a
   * `TranscriptError` before anything is replayed if the transcript is invalid.
   */
  replay(transcript: Transcript | string | readonly string[], options: ReplayOptions = {}): Promise<ReplayResult> {
    return replayTranscript(this.#core, (fields) => this.raw(fields), transcript, options)
  }

  /**
   * Ends all polls and recordings, closes all connections and releases the port. Rejects if a recording could not be
   * written.
   */
  close(): Promise<void> {
    this.#closed ??= (async () => {
      // Media are read from the store until the recordings are complete.
      const recordings = [...this.#recordings].map((recording) => recording.close())
      this.#core.close()
      const outcomes = await Promise.allSettled(recordings)
      await Promise.all(this.#servers.map((server) => server.close()))
      this.#core.media.close()
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
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

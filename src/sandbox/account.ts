import { Clawbot } from './actors/clawbot.js'
import { Friend } from './actors/friend.js'
import { GroupChat } from './actors/group-chat.js'
import { Owner } from './actors/owner.js'
import { Phone } from './actors/phone.js'
import type { Core } from './core.js'
import { SandboxError } from './errors.js'
import type { Faults } from './faults/faults.js'
import type { RequestView, WarningView } from './inspector/request-view.js'
import type { NoMessageDetails } from './no-message-error.js'
import { type RawMessage, rawMessage } from './raw-message.js'
import { SentMessages } from './sent-messages.js'
import type { PollKind } from './traffic.js'
import type { Transcript } from './transcript/read.js'
import { TranscriptRecording } from './transcript/recording.js'
import { type ReplayOptions, type ReplayResult, replayTranscript } from './transcript/replay.js'
import type { EventMap, EventView } from './views/view.js'
import { findGroup, findPerson } from './world/find.js'
import { addPerson } from './world/person-rules.js'

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

/** An account of the sandbox: its owner's phone, its people and groups, and the program that logs in to it. */
export class Account {
  /** The number of the account, from 1: `?account=2` in the address of the page. */
  readonly number: number
  /** The account owner's phone. */
  readonly phone: Phone
  /** The account's owner. */
  readonly owner: Owner
  /** The ClawBot part of the owner's phone, for programs that use the iLink protocol. */
  readonly clawbot: Clawbot
  /** Injects faults such as dropped connections and malformed replies. */
  readonly faults: Faults
  readonly #core: Core
  readonly #sentMessages: SentMessages
  readonly #diagnostics = new Set<(details: NoMessageDetails) => readonly string[]>()

  /** Use `sandbox.addAccount` instead. */
  constructor(core: Core) {
    this.#core = core
    this.number = core.number
    this.#sentMessages = new SentMessages(core.media)
    this.faults = core.faults
    this.phone = new Phone(core)
    this.owner = new Owner(this.#context, core.world.owner, (query) => this.#chatId(query))
    this.clawbot = new Clawbot(this.#context)
    core.world.events.on('message', (message) => {
      if (message.origin === 'bot') this.#sentMessages.add(message)
    })
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
   * Adds a person, by default a stranger. The program receives a new friend as a contact change, and a stranger
   * only when they send a friend request or join a group of the account. Throws for an invalid name.
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
    sessions.add({ kind: 'raw', id: MsgId, fieldsFor: (names) => rawMessage(world, names, { ...fields, MsgId }, now) })
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

  /** Ends the program's session as the server would. Throws if no program is logged in. */
  expireSession(code: 1100 | 1101 | 1102): void {
    if (!this.#core.sessions.end(code))
      throw new SandboxError('expireSession: no program is logged in. Log one in first.')
  }

  /** Resolves once a program is logged in and is polling for messages. */
  async online(options: { signal?: AbortSignal } = {}): Promise<void> {
    const { sessions, sessionNotifier, closing } = this.#core
    await sessionNotifier.until(() => (sessions.live?.polled ? true : undefined), options.signal, closing)
  }

  /** Resolves once a poll of this kind is being held open. */
  held(kind: PollKind, options: { signal?: AbortSignal } = {}): Promise<void> {
    return this.#core.traffic.held(kind, options.signal, this.#core.closing)
  }

  /**
   * Records from now on what people, the phone and this test do, and what the program sends, until the recording or the
   * sandbox is closed. Without a path, the lines are kept in memory. Throws if the file exists.
   */
  record(path?: string): TranscriptRecording {
    return new TranscriptRecording(this.#core, path)
  }

  /**
   * Replays a transcript (a path, its lines, or the result of `readTranscript`) against the program that logs in, and
   * compares what the program sends. The people of the transcript must exist in this sandbox. Throws a
   * `TranscriptError` before anything is replayed if the transcript is invalid.
   */
  replay(transcript: Transcript | string | readonly string[], options: ReplayOptions = {}): Promise<ReplayResult> {
    return replayTranscript(this.#core, (fields) => this.raw(fields), transcript, options)
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

import { STATUS_NOTIFY } from '../transports/web/wire/login.js'
import { ConformanceLog } from './conformance/conformance-log.js'
import { FaultList } from './faults/faults.js'
import { Feed } from './feed.js'
import type { QrRegistry } from './ilink/qr-registry.js'
import { IlinkService } from './ilink/service.js'
import { clawbotView } from './ilink/view.js'
import type { RequestView } from './inspector/request-view.js'
import { CheckedUploads } from './media/checked-uploads.js'
import { MediaStore } from './media/media-store.js'
import { Notifier } from './notifier.js'
import type { Settings } from './options.js'
import { randomHex } from './random.js'
import { Recordings } from './recordings.js'
import { RefusedSends } from './refused-sends.js'
import { SampleMedia } from './samples/sample-media.js'
import type { LoginAttempts } from './session/login-attempts.js'
import { Logins } from './session/logins.js'
import { Sessions } from './session/sessions.js'
import { Traffic } from './traffic.js'
import type { AccountView } from './views/view.js'
import { chatView, loginView, messageView, personView } from './views/views.js'
import { ActionLog } from './world/action-log.js'
import { CLAWBOT } from './world/clawbot.js'
import type { Message } from './world/message.js'
import type { Person } from './world/person.js'
import type { World } from './world/world.js'

/** What the accounts of a sandbox share. */
export interface Shared {
  /** The accounts in order; the number of an account is its position, from 1. */
  readonly cores: readonly Core[]
  readonly attempts: LoginAttempts
  readonly qrCodes: QrRegistry
  /** Aborts when the sandbox is closed. */
  readonly closing: AbortSignal
  /** `http://127.0.0.1:<port>`, once the sandbox is listening. */
  readonly url: string
  /** The latest internal error in the sandbox. */
  lastError: unknown
  readonly views: readonly AccountView[]
  /** Adds an account, by default with a name of its own. */
  add(options: { name?: string | undefined }): Core
  /** Called when the name or the status of an account may have changed. */
  changed(): void
}

/** Creates the parts of an account and connects them: events in the world are delivered to the session. */
export class Core {
  readonly shared: Shared
  readonly settings: Settings
  readonly world: World
  /** Changes every time the sandbox starts. */
  readonly worldId = randomHex(16)
  readonly feed = new Feed()
  readonly logins: Logins
  readonly sessions: Sessions
  readonly traffic: Traffic
  readonly conformance: ConformanceLog
  readonly faults: FaultList
  readonly media: MediaStore
  readonly samples: SampleMedia
  readonly checkedUploads = new CheckedUploads()
  readonly ilink: IlinkService
  /** If set, the next ticket exchange is refused with this message. */
  refuseNext: string | undefined
  readonly actions: ActionLog
  readonly refused = new RefusedSends((view) => this.feed.publish('refused', view))
  readonly recordings = new Recordings((view) => this.feed.publish('recording', view))

  constructor(shared: Shared, settings: Settings, world: World) {
    this.shared = shared
    this.settings = settings
    this.world = world
    this.actions = new ActionLog(
      world,
      () => this.clock.now(),
      () => this.sessions.live !== undefined,
    )
    this.media = new MediaStore(settings.mediaLimitBytes)
    this.samples = new SampleMedia(this.media, world.language)
    this.logins = new Logins({
      account: this.number,
      attempts: shared.attempts,
      clock: settings.clock,
      isShared: () => shared.cores.length > 1,
      onAction: (action) => this.world.events.emit('acted', { type: 'phone', action }),
    })
    this.sessions = new Sessions(
      settings.clock.now(),
      () => this.sessionChanged(),
      (code) => {
        if (code !== 0) this.world.events.emit('acted', { type: 'endSession', code })
      },
    )
    this.traffic = new Traffic(settings.clock, (request) => this.feed.publish('request', request))
    this.conformance = new ConformanceLog((warning) => this.feed.publish('warning', warning))
    this.faults = new FaultList(
      () => this.#hasMessages(),
      (views) => this.feed.publish('faults', views),
      (edit) => this.world.events.emit('acted', edit),
    )
    this.ilink = new IlinkService(this, settings.ilink, () => {
      this.feed.publish('clawbot', clawbotView(this.ilink, this.url))
      shared.changed()
    })
    this.#wire()
  }

  /** The number of the account, from 1. */
  get number(): number {
    return this.world.account
  }

  get closing(): AbortSignal {
    return this.shared.closing
  }

  get url(): string {
    return this.shared.url
  }

  set lastError(error: unknown) {
    this.shared.lastError = error
  }

  get clock() {
    return this.settings.clock
  }

  /** The credentials that must not be shown. */
  get secrets(): string[] {
    return [...this.sessions.secrets, ...this.ilink.secrets]
  }

  /** Notifies when a session starts, receives its first poll or ends. */
  readonly sessionNotifier = new Notifier()

  sessionChanged(): void {
    this.loginChanged()
    this.sessionNotifier.notify()
  }

  /** Records that a request deviates from the protocol. `section` is one of docs/protocol.md by default. */
  warn(entry: RequestView, section: string, text: string, document?: 'docs/ilink.md'): void {
    this.traffic.warn(entry, this.conformance.warn(entry.endpoint, section, text, document))
  }

  /** Ids of the built-in accounts. */
  builtinIds(): string[] {
    return [...this.world.people.values()].filter((person) => person.kind === 'builtin').map((person) => person.id)
  }

  /** Sends the list of recent chats to the program, as the phone does once the web client is online. */
  syncConversations(): void {
    this.sessions.add({
      kind: 'statusNotify',
      id: this.world.newMessageId(),
      code: STATUS_NOTIFY.syncConversations,
      chatIds: ['filehelper', ...this.recentChats().filter((id) => id !== 'filehelper')],
      at: this.clock.now(),
    })
  }

  /** Ids of the chats that contain messages, most recent first. */
  recentChats(): string[] {
    return [...this.world.conversations.values()]
      .filter((conversation) => conversation.last !== undefined && conversation.chatId !== CLAWBOT)
      .sort((a, b) => (b.last?.at ?? 0) - (a.last?.at ?? 0))
      .map((conversation) => conversation.chatId)
  }

  /** Marks the messages in a reply as delivered. */
  markDelivered(messages: readonly Message[]): void {
    const byChat = new Map<string, string[]>()
    for (const message of messages) {
      if (message.delivered) continue
      message.delivered = true
      message.deliveredAt = this.clock.now()
      const ids = byChat.get(message.chatId) ?? []
      byChat.set(message.chatId, [...ids, message.id])
    }
    for (const [chatId, ids] of byChat) this.feed.publish('delivered', { chatId, ids })
  }

  loginChanged(): void {
    this.feed.publish('login', loginView(this.logins, this.sessions, this.url))
    this.shared.changed()
  }

  #wire(): void {
    const { world, feed } = this
    world.events.on('message', (message) => {
      if (message.origin !== 'bot' && message.chatId !== CLAWBOT) this.#deliver(message)
      feed.publish('message', messageView(world, message))
      feed.publish('chat', chatView(world, message.chatId))
    })
    world.events.on('recalled', ({ message, by, byProgram }) => {
      // The program receives no notice about a recall that it requested itself.
      if (!byProgram) {
        this.sessions.add({ kind: 'recall', id: world.newMessageId(), message, by, at: this.clock.now() })
      }
      feed.publish('message', messageView(world, message))
      feed.publish('chat', chatView(world, message.chatId))
    })
    world.events.on('contact', (id) => {
      this.#syncContact(id)
      this.#publishContact(id)
    })
    world.events.on('contactRemoved', (id) => {
      this.sessions.add({ kind: 'contactRemoved', id })
      this.#publishContact(id)
    })
    world.events.on('pinned', (id) => {
      this.#syncContact(id, true)
      this.#publishContact(id)
    })
    world.events.on('added', ({ id, isContact }) => {
      if (isContact) this.#syncContact(id)
      this.#publishContact(id)
    })
    world.events.on('renamed', (person) => this.#syncName(person))
    world.events.on('opened', (id) => this.#syncOpened(id))
    world.events.on('chat', (id) => feed.publish('chat', chatView(world, id)))
  }

  #deliver(message: Message): void {
    const session = this.sessions.live
    const { chatId, content } = message
    // If the program does not know the contact yet, the contact is delivered before the message.
    if (session && content.kind !== 'friendRequest' && !session.known.has(chatId)) this.#syncContact(chatId)
    this.sessions.add({ kind: 'message', message })
  }

  #syncContact(id: string, uins = false): void {
    this.sessions.live?.known.add(id)
    this.sessions.add({ kind: 'contact', id, ...(uins ? { uins } : {}) })
  }

  /**
   * Delivers a changed name to the program: as a profile change for the owner or a contact change for a friend, and as
   * a change to each group that the program knows and that contains this person and the owner.
   */
  #syncName(person: Person): void {
    const { world } = this
    const session = this.sessions.live
    if (person === world.owner) this.sessions.add({ kind: 'profile' })
    else if (person.isContact) this.#syncContact(person.id)
    for (const group of world.groups.values()) {
      const shared = world.member(group, world.owner.id) && world.member(group, person.id)
      if (shared && session?.known.has(group.id)) this.#syncContact(group.id)
    }
    this.#publishContact(person.id)
  }

  /** Whether the live session has messages that can be redelivered. */
  #hasMessages(): boolean {
    const { live, log } = this.sessions
    return live !== undefined && log.messages(live.start, log.end, 1).length === 1
  }

  /** Sends the permanent id of a chat opened on the phone. @see docs/protocol.md §10.13 */
  #syncOpened(chatId: string): void {
    const code = STATUS_NOTIFY.enterSession
    const id = this.world.newMessageId()
    this.sessions.add({ kind: 'statusNotify', id, code, chatIds: [chatId], at: this.clock.now() })
  }

  #publishContact(id: string): void {
    const person = this.world.people.get(id)
    if (person) this.feed.publish('person', personView(person))
    if (person === this.world.owner) this.shared.changed()
    if (this.world.groups.has(id) || person?.isContact) this.feed.publish('chat', chatView(this.world, id))
  }
}

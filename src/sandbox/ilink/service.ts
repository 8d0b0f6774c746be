import type { Clock } from '../clock.js'
import type { DroppedView } from '../control/clawbot-view.js'
import { SandboxError } from '../errors.js'
import { Notifier } from '../notifier.js'
import { CLAWBOT } from '../world/clawbot.js'
import type { Content, Message } from '../world/message.js'
import type { World } from '../world/world.js'
import { Binding } from './binding.js'
import { Cdn } from './cdn.js'
import type { InboxItem, InboxMessage } from './inbox.js'
import { Limits } from './limits.js'
import type { IlinkSettings } from './options.js'
import type { QrCode } from './qr-code.js'
import { QrCodes } from './qr-codes.js'
import { userIdOf } from './tokens.js'

const BINDINGS = 50
const DROPPED = 10_000
/** Messages that are shown late appear after this time, or with the next message. */
const LATE_MS = 60_000

/** A message from the owner. */
interface OwnerMessage {
  readonly contents: readonly Content[]
  /** Wire fields that replace the generated ones. */
  readonly raw?: object
  /** Items that replace those of the contents. */
  readonly items?: readonly InboxItem[]
}

/** A message from the bot that the phone shows. */
interface BotMessage {
  readonly id?: string
  readonly content: Content
  readonly isBroken?: true
}

/** The parts of the sandbox that the service needs. */
interface ServiceContext {
  readonly clock: Clock
  /** Aborts when the sandbox is closed. */
  readonly closing: AbortSignal
  readonly world: World
  readonly settings: { readonly autoLogin: boolean }
}

/** The iLink service for the account's owner: QR codes, bindings, limits, and the ClawBot chat. */
export class IlinkService {
  /** Notifies waiters of every change. */
  readonly notifier = new Notifier()
  readonly settings: IlinkSettings
  readonly userId: string
  readonly qrCodes: QrCodes
  readonly limits: Limits
  readonly cdn = new Cdn()
  /** Conformance: the values of X-WECHAT-UIN so far. */
  readonly uins = new Set<string>()
  /** Messages that were accepted but are not shown as sent, oldest first. */
  readonly dropped: DroppedView[] = []
  readonly #context: ServiceContext
  readonly #onChange: () => void
  readonly #bindings: Binding[] = []
  #late: BotMessage[] = []
  isBoundElsewhere = false

  constructor(context: ServiceContext, settings: IlinkSettings, onChange: () => void) {
    this.#context = context
    this.#onChange = onChange
    this.settings = settings
    this.userId = userIdOf(context.world.owner.id)
    this.qrCodes = new QrCodes(context.clock, context.closing, (qr) => this.#onQrCode(qr))
    this.limits = new Limits(settings, () => context.clock.now())
  }

  /** The latest binding, which may have ended. */
  get binding(): Binding | undefined {
    return this.#bindings.at(-1)
  }

  /** The owner's bot, to which messages go; its token may have expired. Throws if there is none. */
  get bound(): Binding {
    const { binding } = this
    if (!binding) throw new SandboxError('No program is bound to the ClawBot chat. Log a program in with iLink first.')
    if (this.isBoundElsewhere)
      throw new SandboxError('The ClawBot chat is bound to another program. Bind it again first.')
    return binding
  }

  findToken(token: string): Binding | undefined {
    return this.#bindings.find((binding) => binding.token === token)
  }

  /** Announces a change. */
  changed(): void {
    this.notifier.notify()
    this.#onChange()
  }

  /** Confirms the scanned QR code, which binds the program and ends the former binding. */
  confirm(): QrCode {
    const qr = this.qrCodes.toConfirm()
    const { binding } = this
    if (binding?.tokenState === 'valid' && qr.localTokens.includes(binding.token)) {
      return this.qrCodes.set(qr, 'alreadyBound')
    }
    this.#endBinding()
    qr.binding = new Binding(this.#context.clock.now())
    this.#bindings.push(qr.binding)
    if (this.#bindings.length > BINDINGS) this.#bindings.shift()
    this.isBoundElsewhere = false
    this.limits.reset()
    this.#context.world.conversation(CLAWBOT)
    this.#context.world.events.emit('chat', CLAWBOT)
    return this.qrCodes.set(qr, 'confirmed')
  }

  bindElsewhere(): void {
    void this.bound
    this.#endBinding()
    this.isBoundElsewhere = true
    this.changed()
  }

  /** Makes the token invalid. A revivable one becomes valid when the program announces its start. */
  expireToken(isRevivable = false): void {
    const { bound } = this
    bound.tokenState = isRevivable ? 'revivable' : 'expired'
    bound.inbox.notifier.notify()
    this.changed()
  }

  /** Sends a message from the owner. All contents are in one wire message. Throws if no program is bound. */
  write({ contents, raw = {}, items }: OwnerMessage): { sent: InboxMessage; shown: Message[] } {
    const { bound } = this
    const { world } = this.#context
    bound.hasConversation = true
    bound.memory.parts = 0
    this.limits.open()
    const speaker = world.owner.id
    const shown = contents.map((content) => world.post({ chatId: CLAWBOT, speaker, origin: 'phone', content }))
    const sent = bound.inbox.add({
      id: shown[0]?.id ?? world.newMessageId(),
      clientId: `c-${shown[0]?.id ?? world.newMessageId()}`,
      at: this.#context.clock.now(),
      items: items ?? contents.map((content) => ({ content })),
      shown,
      raw,
    })
    this.changed()
    return { sent, shown }
  }

  /** Shows a message from the bot and returns its id. */
  show(message: BotMessage): string {
    this.flush()
    return this.#post(message)
  }

  /** Shows a message from the bot with the next one, or after a minute. */
  showLate(message: BotMessage): void {
    this.#late.push(message)
    const flush = () => this.flush()
    this.#context.clock.sleep(LATE_MS, this.#context.closing).then(flush, () => {})
  }

  /** Shows the messages that are late. */
  flush(): void {
    const late = this.#late
    this.#late = []
    for (const message of late) this.#post(message)
  }

  drop(dropped: DroppedView): void {
    this.dropped.push(dropped)
    if (this.dropped.length > DROPPED) this.dropped.shift()
    this.changed()
  }

  #post(message: BotMessage): string {
    return this.#context.world.post({ chatId: CLAWBOT, speaker: CLAWBOT, origin: 'bot', ...message }).id
  }

  #endBinding(): void {
    const { binding } = this
    if (binding?.tokenState !== 'valid') return
    binding.tokenState = 'replaced'
    binding.replacedAt = this.#context.clock.now()
    binding.inbox.notifier.notify()
  }

  #onQrCode(qr: QrCode): void {
    this.changed()
    if (this.#context.settings.autoLogin && qr.state === 'waiting') this.qrCodes.scan()
  }
}

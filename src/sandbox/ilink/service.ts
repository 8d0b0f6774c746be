import type { Clock } from '../clock.js'
import { wireJson } from '../encode/json.js'
import { SandboxError } from '../errors.js'
import { Notifier } from '../notifier.js'
import type { ClawbotActionName } from '../world/action.js'
import { CLAWBOT } from '../world/clawbot.js'
import type { Content, Message } from '../world/message.js'
import type { World } from '../world/world.js'
import { Binding } from './binding.js'
import { Cdn } from './cdn.js'
import type { DroppedView } from './clawbot-view.js'
import type { InboxItem, InboxMessage } from './inbox.js'
import { Limits } from './limits.js'
import type { IlinkSettings } from './options.js'
import type { QrCode } from './qr-code.js'
import { QrCodes } from './qr-codes.js'
import type { QrRegistry } from './qr-registry.js'
import { userIdOf } from './tokens.js'

const BINDINGS = 50
const DROPPED = 10_000
/** Messages that are shown late appear after this time, or with the next message. */
const LATE_MS = 60_000

/** The actions that change the limits. */
type LimitsAction = Extract<ClawbotActionName, 'openWindow' | 'closeWindow' | 'spendQuota' | 'throttle' | 'shadow'>

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
  readonly shared: { readonly qrCodes: QrRegistry; readonly cores: readonly unknown[] }
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
  /** Conformance: the latest values of X-WECHAT-UIN. */
  readonly uins = new Set<string>()
  /** Conformance: the names of unexpected fields, by the place where they were found. */
  readonly unexpected = new Map<string, Set<string>>()
  /** Messages that were accepted but are not shown as sent, oldest first. */
  readonly dropped: DroppedView[] = []
  readonly #context: ServiceContext
  readonly #onChange: () => void
  readonly #bindings: Binding[] = []
  #late: BotMessage[] = []
  /** When the owner's latest message was sent, Unix time in milliseconds. */
  #lastSentAt = 0
  isBoundElsewhere = false

  constructor(context: ServiceContext, settings: IlinkSettings, onChange: () => void) {
    this.#context = context
    this.#onChange = onChange
    this.settings = settings
    this.userId = userIdOf(context.world.owner.id)
    this.qrCodes = new QrCodes({
      account: context.world.account,
      registry: context.shared.qrCodes,
      isShared: () => context.shared.cores.length > 1,
      onAction: (action) => context.world.events.emit('acted', action),
    })
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

  /** The tokens of all bindings, which must not be shown. */
  get secrets(): string[] {
    return this.#bindings.flatMap(({ token, typingTicket }) => [token, typingTicket ?? []].flat())
  }

  /** Announces a change. */
  changed(): void {
    this.notifier.notify()
    this.#onChange()
  }

  /** Confirms the scanned QR code, which binds the program and ends the former binding. */
  confirm(): QrCode {
    const qr = this.qrCodes.toConfirm()
    this.#acted('confirm')
    const { binding } = this
    if (binding?.tokenState === 'valid' && qr.localTokens.includes(binding.token)) {
      return this.qrCodes.set(qr, 'alreadyBound')
    }
    this.#endBinding()
    const bound = new Binding(this.#context.clock.now())
    qr.bind(bound)
    this.#bindings.push(bound)
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
    this.#acted('bindElsewhere')
    this.changed()
  }

  /** Makes the token invalid. A revivable one becomes valid when the program announces its start. */
  expireToken(isRevivable = false): void {
    const { bound } = this
    bound.end(isRevivable ? 'revivable' : 'expired')
    this.#acted(isRevivable ? 'expireRevivableToken' : 'expireToken')
    this.changed()
  }

  /** Sends a message from the owner. All contents are in one wire message. Throws if no program is bound. */
  write({ contents, raw = {}, items }: OwnerMessage): { sent: InboxMessage; shown: Message[] } {
    const { bound } = this
    const { world } = this.#context
    for (const content of contents) this.#checkQuote(content)
    checkFields(raw)
    for (const item of items ?? []) if ('item' in item) checkFields(item.item)
    bound.hasConversation = true
    bound.memory.parts = 0
    this.limits.open()
    const speaker = world.owner.id
    const shown = contents.map((content) => world.post({ chatId: CLAWBOT, speaker, origin: 'phone', content }))
    // Programs recognize repeated messages by their time, and the clock of a test stands still.
    this.#lastSentAt = Math.max(this.#context.clock.now(), this.#lastSentAt + 1)
    const sent = bound.inbox.add({
      id: shown[0]?.id ?? world.newMessageId(),
      clientId: `c-${shown[0]?.id ?? world.newMessageId()}`,
      at: this.#lastSentAt,
      items: items ?? contents.map((content) => ({ content })),
      shown,
      raw,
    })
    world.events.emit('acted', {
      type: 'write',
      shown,
      ...(items === undefined ? {} : { items: items.flatMap((item) => ('item' in item ? [item.item] : [])) }),
      ...(Object.keys(raw).length === 0 ? {} : { raw }),
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

  /** Changes what the bot may send, on behalf of a test or the page. */
  adjustLimits(action: LimitsAction, { count, isOn = true }: { count?: number; isOn?: boolean } = {}): void {
    const { limits } = this
    if (action === 'openWindow') {
      limits.open()
      if (this.binding) this.binding.memory.parts = 0
    } else if (action === 'closeWindow') limits.close()
    else if (action === 'spendQuota') limits.spend(count)
    else if (action === 'throttle') limits.throttle()
    else limits.isShadowed = isOn
    const parameter = action === 'shadow' ? { isOn } : action === 'spendQuota' && count !== undefined ? { count } : {}
    this.#context.world.events.emit('acted', { type: 'clawbot', action, ...parameter })
    this.changed()
  }

  /** A quote may refer to a message that the sandbox does not know, but it must have an id that can be sent. */
  #checkQuote(content: Content): void {
    if (content.kind !== 'quote' || /^\d{1,19}$/.test(content.quotedId)) return
    if (this.#context.world.conversations.get(CLAWBOT)?.find(content.quotedId)) return
    throw new SandboxError(
      `Unknown quotedId ${JSON.stringify(content.quotedId)}: expected the id of a message in the ClawBot chat.`,
    )
  }

  #acted(action: ClawbotActionName): void {
    this.#context.world.events.emit('acted', { type: 'clawbot', action })
  }

  #post(message: BotMessage): string {
    return this.#context.world.post({ chatId: CLAWBOT, speaker: CLAWBOT, origin: 'bot', ...message }).id
  }

  #endBinding(): void {
    this.binding?.replace(this.#context.clock.now())
  }
}

/** Throws unless the fields can be sent as JSON: a message that cannot be encoded would block the ones after it. */
function checkFields(fields: object): void {
  try {
    wireJson(fields)
  } catch (cause) {
    throw new SandboxError('Invalid message: expected fields that can be written as JSON.', { cause })
  }
}

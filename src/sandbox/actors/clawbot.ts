import type { ActorContext } from '../actor-context.js'
import { SandboxError } from '../errors.js'
import type {
  CLAWBOT_KINDS,
  ClawbotLimitsView,
  ClawbotLoginView,
  ClawbotView,
  DroppedView,
} from '../ilink/clawbot-view.js'
import type { IlinkService } from '../ilink/service.js'
import { clawbotView } from '../ilink/view.js'
import { completeContent, type MessageInput } from '../samples/complete.js'
import type { MessageView } from '../views/view.js'
import { messageView } from '../views/views.js'
import { CLAWBOT } from '../world/clawbot.js'
import { textOf } from '../world/describe.js'
import type { Content } from '../world/message.js'
import { Chat, checkText } from './chat.js'

/** A message from the owner to the bot: its kind and any of its fields. Omitted fields are filled in from a sample. */
export type ClawbotSendable = MessageInput<(typeof CLAWBOT_KINDS)[number]>

/** The ClawBot part of the owner's phone: binding, the chat with the bot, and the limits. @see docs/ilink.md */
export class Clawbot extends Chat {
  /** Use `sandbox.clawbot` instead. */
  constructor(context: ActorContext) {
    super(context, CLAWBOT)
  }

  /** What the phone shows. */
  get view(): ClawbotView {
    return clawbotView(this.#service, this.context.core.url)
  }

  get login(): ClawbotLoginView {
    return this.view.login
  }

  get limits(): ClawbotLimitsView {
    return this.view.limits
  }

  /** The latest messages (up to 10,000) that were accepted but are not shown as sent, oldest first. */
  get dropped(): readonly DroppedView[] {
    return [...this.#service.dropped]
  }

  /** Whether the phone shows that the bot is typing. */
  get typing(): boolean {
    return this.#service.binding?.isTyping ?? false
  }

  /** Number of start and stop notices from the bound program. */
  get notified(): { starts: number; stops: number } {
    return { ...(this.#service.binding?.notified ?? { starts: 0, stops: 0 }) }
  }

  /** The owner's id in this protocol, `…@im.wechat`. */
  get userId(): string {
    return this.#service.userId
  }

  /** Resolves with the id of a QR code once one is waiting for a scan or a confirmation. */
  waiting(options: { signal?: AbortSignal } = {}): Promise<string> {
    const { qrCodes } = this.#service
    const id = () => (qrCodes.latest?.isOpen ? qrCodes.latest.id : undefined)
    return qrCodes.notifier.until(id, options.signal, this.context.core.closing)
  }

  /** Resolves once a program is bound and polls for messages. */
  async online(options: { signal?: AbortSignal } = {}): Promise<void> {
    const service = this.#service
    const isOnline = () => {
      const { binding } = service
      return binding?.tokenState === 'valid' && binding.hasPolled ? true : undefined
    }
    await service.notifier.until(isOnline, options.signal, this.context.core.closing)
  }

  /** Scans the QR code. Throws if none is waiting to be scanned. */
  scan(): ClawbotLoginView {
    this.#service.qrCodes.scan()
    return this.login
  }

  /** Confirms the scanned QR code. Throws if none was scanned, or the program must send a verify code first. */
  confirm(): ClawbotLoginView {
    this.#service.confirm()
    return this.login
  }

  /** Closes the prompt on the phone. The program is not told; the QR code expires. */
  decline(): ClawbotLoginView {
    this.#service.qrCodes.decline()
    return this.login
  }

  /** Makes the QR code expire now. */
  expire(): ClawbotLoginView {
    this.#service.qrCodes.expire()
    return this.login
  }

  /** Makes the next scan require a code and returns it. Default: 6 random digits. */
  requireVerifyCode(code?: string): string {
    return this.#service.qrCodes.requireVerifyCode(code)
  }

  /** Answers the open QR code with `binded_redirect`, as for a program whose token is still valid. */
  alreadyBound(): ClawbotLoginView {
    this.#service.qrCodes.alreadyBound()
    return this.login
  }

  /** Sends the next status poll to another host. Default: the sandbox's own host and port. */
  redirect(host: string = new URL(this.context.core.url).host): void {
    this.#service.qrCodes.redirect(host)
  }

  /** Binds the owner to another program, which ends the token within 29 s. Throws if no program is bound. */
  bindElsewhere(): void {
    this.#service.bindElsewhere()
  }

  /**
   * Ends the token at once. With `isRevivable`, it becomes valid again when the program announces its start. Throws if
   * no program is bound.
   */
  expireToken({ isRevivable = false }: { isRevivable?: boolean } = {}): void {
    this.#service.expireToken(isRevivable)
  }

  /** Writes text to the bot. Throws if no program is bound. */
  say(text: string): MessageView {
    return this.send({ kind: 'text', text: checkText(text) })
  }

  /** Writes a message of any kind to the bot. Messages written in one turn of the event loop share a poll reply. */
  send(message: ClawbotSendable): MessageView {
    return this.#write([message])
  }

  /** Writes one message with several items. Returns the first of them as shown on the phone. */
  sendTogether(...messages: [ClawbotSendable, ...ClawbotSendable[]]): MessageView {
    return this.#write(messages)
  }

  /** Writes text that quotes an earlier message, or with `partial`, a part of its text. */
  quote(message: { id: string }, text: string, { partial }: { partial?: string } = {}): MessageView {
    const quoted = this.context.core.world.conversations.get(CLAWBOT)?.find(message.id)
    if (!quoted) throw new SandboxError(`Unknown message id "${message.id}": expected a message in the ClawBot chat.`)
    if (partial !== undefined && !textOf(quoted.content).includes(partial)) {
      throw new SandboxError('Invalid partial: expected a part of the quoted text.')
    }
    const part = partial === undefined ? {} : { quotedText: partial, quotedName: '', quotedSpeaker: quoted.speaker }
    return this.send({ kind: 'quote', text: checkText(text), quotedId: message.id, ...part })
  }

  /** Writes an item with the given wire fields, such as one of an unknown `type`. @see docs/ilink.md §4.2 */
  sendItem(item: { readonly type: number; readonly [field: string]: unknown }): MessageView {
    const { type, ...others } = item
    const shown = Object.entries(others).map(([name, value]) => [name, shownValue(value)])
    const fields: Record<string, string | number> = Object.fromEntries(shown)
    const content: Content = { kind: 'unknown', msgType: type, appMsgType: 0, content: '', fields }
    return this.#show([content], { items: [{ item }] })
  }

  /**
   * Delivers a message with the given wire fields, which replace the generated ones, and returns its id. It is not shown
   * on the phone. @see docs/ilink.md §4.1
   */
  raw(fields: Readonly<Record<string, unknown>>): string {
    return this.#service.write({ contents: [], raw: fields }).sent.id
  }

  /** Lets the bot write for 24 hours, with a full quota, as after a message from the owner. */
  openWindow(): void {
    this.#service.adjustLimits('openWindow')
  }

  /** Ends the time in which the bot may write. */
  closeWindow(): void {
    this.#service.adjustLimits('closeWindow')
  }

  /** Uses up part of the quota. Default: all of it. */
  spendQuota(count?: number): void {
    this.#service.adjustLimits('spendQuota', count === undefined ? {} : { count })
  }

  /** Starts the penalty for writing too fast. */
  throttle(): void {
    this.#service.adjustLimits('throttle')
  }

  /** Accepts messages from the bot without showing them, until switched off. */
  shadow(isOn = true): void {
    this.#service.adjustLimits('shadow', { isOn })
  }

  /** Shows the messages that a `lateBatch` fault holds back. */
  showLate(): void {
    this.#service.flush()
    this.context.core.world.events.emit('acted', { type: 'clawbot', action: 'showLate' })
  }

  get #service(): IlinkService {
    return this.context.core.ilink
  }

  #write(messages: readonly ClawbotSendable[]): MessageView {
    const { core } = this.context
    void core.ilink.bound
    const place = { core, chatId: CLAWBOT, speaker: core.world.owner.id }
    return this.#show(messages.map((message) => completeContent(place, message)))
  }

  #show(contents: readonly Content[], options: { items?: { item: object }[] } = {}): MessageView {
    const { shown } = this.#service.write({ contents, ...options })
    const [first] = shown
    if (!first) throw new SandboxError('Invalid message: expected at least one item.')
    return messageView(this.context.core.world, first)
  }
}

/** A field of an item as the phone page shows it. */
function shownValue(value: unknown): string | number {
  return typeof value === 'string' || typeof value === 'number' ? value : String(JSON.stringify(value))
}

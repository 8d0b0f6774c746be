import { resolve } from 'node:path'
import type {
  FileSource,
  MediaReference,
  SendActions,
  SendFileOptions,
  SendOptions,
  SendResult,
} from '../../contact/actions.js'
import type { Contact } from '../../contact/contact.js'
import { ArgumentError, ItchatError, LoggedOutError, NetworkError, RefusedError, StateError } from '../../errors.js'
import type { Message, ReplyOptions } from '../../message/message.js'
import type { SendAs } from '../../transport/content.js'
import { requireFeature, requireMember } from '../../transport/require-feature.js'
import type { Transport } from '../../transport/transport.js'
import { checkOptions, type NamesOf } from '../../util/check-options.js'
import type { Clock } from '../../util/clock.js'
import { describeValue, invalidArgument } from '../../util/invalid-argument.js'
import { raceSignal } from '../../util/race-signal.js'
import { splitText, type TextLimit } from '../../util/split-text.js'
import { settlesWithin } from '../../util/timeout.js'
import type { Directives } from './directives.js'
import type { Downloads } from './downloads.js'
import { type PendingSend, PendingSends } from './pending-sends.js'
import { contentOf, type QueuedMessage } from './queued-message.js'
import type { SendQueue } from './send-queue.js'
import { isReference, type MediaSource, SendRequests, type SendRequestsOptions } from './send-requests.js'
import { SendableFile } from './sendable-file.js'
import { outcomeOf, type SentContent, type SentMessage } from './sent-message.js'
import { openSource, sourceName } from './source.js'

interface SenderOptions extends SendRequestsOptions {
  /** @throws StateError without a session */
  transport(): Pick<
    Transport,
    'name' | 'features' | 'send' | 'upload' | 'kindOf' | 'forward' | 'mention' | 'recipient' | 'textLimit'
  >
  clock: Clock
  directives: Directives
  downloads: Downloads
  queue: SendQueue
  /** Maximum length of a message, if lower than that of the transport and in its unit. */
  maxTextLength?: number | undefined
  /** UserName of this account. */
  self(): string
  /** The contact with this UserName, if known. */
  contact(userName: string): Contact | undefined
  /** Called once for each send after it has ended, in the async context of its caller. */
  onSent(sent: SentMessage): void
}

/** An uploaded file. */
export interface UploadResult {
  ok: true
  MediaId: string
  name: string
  sizeBytes: number
}

/** The options of all calls that send. Each of them also takes the options of the others, which then have no effect. */
const SEND_OPTIONS: NamesOf<SendFileOptions & ReplyOptions> = {
  signal: true,
  queue: true,
  name: true,
  onProgress: true,
  at: true,
}

/** How long `settled` waits for the stored queue. */
const LAST_STORE_MS = 10_000

/** Sends all messages of an account. */
export class Sender implements SendActions {
  readonly #options: SenderOptions
  readonly #open: PendingSends
  readonly #requests: SendRequests

  constructor(options: SenderOptions) {
    this.#options = options
    this.#open = new PendingSends(options.clock)
    this.#requests = new SendRequests(options)
  }

  /**
   * Sends text, which may be a directive, or a file chosen by the program.
   *
   * @param toUserName default, here and below: the transport's default recipient, or else this account
   */
  async send(msg: string | SendableFile, toUserName?: string, options: SendOptions = {}): Promise<SendResult> {
    if (msg instanceof SendableFile) {
      return this.#sendFile(msg.source, msg.as, toUserName, { ...options, ...(msg.name ? { name: msg.name } : {}) })
    }
    checkText(msg, 'msg')
    if (msg.startsWith('@msg@')) return this.sendMsg(msg.slice('@msg@'.length), toUserName, options)
    return this.#run({ kind: 'text', text: msg }, toUserName, options, async (send, to) => {
      const directive = await this.#options.directives.read(msg, to)
      if (!directive) return this.#text(send, msg, to, options)
      // A queued file would have to be checked again when it is sent, outside the handler that the rule applies to.
      if (options.queue) throw notQueueable('text that names a file to send')
      return this.#file(send, directive.file, directive.as, to, options)
    })
  }

  /** Sends text verbatim. Long text is split into parts. */
  async sendMsg(msg: string, toUserName?: string, options: SendOptions = {}): Promise<SendResult> {
    checkText(msg, 'msg')
    const content = { kind: 'text', text: msg } as const
    return this.#run(content, toUserName, options, (send, to) => this.#text(send, msg, to, options))
  }

  /** Sends text verbatim to the conversation of a message. */
  async reply(message: Message, text: string, options: ReplyOptions & SendOptions = {}): Promise<SendResult> {
    // Joined with the mention, any other value would become text, such as `undefined`.
    if (typeof text !== 'string') throw invalidArgument('text', { expected: 'a string', found: describeValue(text) })
    const name = options.at ? message.ActualNickName : undefined
    const mention = (name && this.#options.transport().mention?.(name)) ?? ''
    return this.sendMsg(mention + text, message.user.UserName, options)
  }

  async sendRawMsg(type: number, content: string, toUserName?: string, options: SendOptions = {}): Promise<SendResult> {
    requireFeature(this.#options.transport(), 'rawMessages')
    if (options.queue) throw notQueueable('a raw message')
    const raw = { kind: 'raw', type, content } as const
    return this.#run(raw, toUserName, options, (send, to) => this.#requests.deliver(send, raw, to))
  }

  async sendCard(contact: Contact, toUserName?: string, options: SendOptions = {}): Promise<SendResult> {
    requireFeature(this.#options.transport(), 'cards')
    if (options.queue) throw notQueueable('a card')
    const { UserName: userName, Alias: alias, NickName: nickName } = contact
    const content = { kind: 'card', contact: { userName, alias, nickName } } as const
    return this.#run({ kind: 'card', userName, nickName }, toUserName, options, (send, to) =>
      this.#requests.deliver(send, content, to),
    )
  }

  sendFile(source: FileSource | MediaReference, toUserName?: string, options?: SendFileOptions): Promise<SendResult> {
    return this.#sendFile(source, 'file', toUserName, options)
  }

  sendImage(source: FileSource | MediaReference, toUserName?: string, options?: SendFileOptions): Promise<SendResult> {
    return this.#sendFile(source, 'image', toUserName, options)
  }

  sendVideo(source: FileSource | MediaReference, toUserName?: string, options?: SendFileOptions): Promise<SendResult> {
    return this.#sendFile(source, 'video', toUserName, options)
  }

  /** Sends the content of a received message to another conversation. */
  async forward(message: Message, toUserName: string, options: SendOptions = {}): Promise<SendResult> {
    const transport = this.#options.transport()
    const forward = requireMember(transport, 'forward', 'forward')
    if (options.queue) throw notQueueable('a forwarded message')
    const content = { kind: 'forwarded', type: message.type, msgId: message.MsgId } as const
    return this.#run(content, toUserName, options, async (send, to) => {
      const forwarding = forward.call(transport, message)
      if (forwarding.kind === 'text') return this.#text(send, forwarding.text, to)
      if (forwarding.kind !== 'file') return this.#requests.deliver(send, forwarding, to)
      const { signal } = send
      const bytes = await this.#options.downloads.bytes(message, { signal })
      const media = await this.#requests.upload(bytes, forwarding.as ?? 'file', to, { name: forwarding.name, signal })
      return this.#requests.deliver(send, { kind: 'media', media }, to)
    })
  }

  /** Uploads without sending. */
  async upload(
    source: FileSource,
    as: SendAs,
    toUserName?: string,
    options: SendFileOptions = {},
  ): Promise<UploadResult> {
    requireFeature(this.#options.transport(), 'rawMessages')
    const to = this.#recipient(toUserName)
    const { mediaId, name, sizeBytes } = await this.#requests.upload(source, as, to, { ...options, isStrict: true })
    return { ok: true, MediaId: mediaId, name, sizeBytes }
  }

  /**
   * Sends a message from the queue.
   *
   * @param begin called before each request; if it rejects, the request is not made
   * @returns whether the message must stay in the queue
   */
  async sendQueued(message: QueuedMessage, to: string, begin: () => Promise<void>): Promise<boolean> {
    let stays = false
    const work = async (send: PendingSend) => {
      if (message.kind !== 'text') {
        const { path, name, kind } = message
        return this.#file(send, path, kind, to, { name }, begin)
      }
      const parts: SendResult[] = []
      for (let [part] = message.parts; part !== undefined; [part] = message.parts) {
        parts.push(await this.#requests.deliver(send, { kind: 'text', text: part }, to, begin))
        message.parts = message.parts.slice(1)
      }
      return joined(parts)
    }
    const sending = this.#open.run(contentOf(message), undefined, work, (send, result) => {
      stays = 'error' in result && isRetriedLater(result.error, send.isInFlight)
      if (!stays) this.#report(send, to, result, message.id)
    })
    await sending.catch(() => {})
    return stays
  }

  /** Reports a queued message whose sending was interrupted by the end of the process, or that was dropped. */
  reportQueued(message: QueuedMessage, error: ItchatError): void {
    const { contact, onSent } = this.#options
    const { id: localId, to, isSending } = message
    const outcome = isSending ? 'unknown' : 'failed'
    onSent({ localId, msgId: '', user: contact(to) ?? to, outcome, content: contentOf(message), error })
  }

  /** Number of sends that have not ended. */
  get pendingCount(): number {
    return this.#open.size
  }

  /** Resolves when all pending sends have ended. Sends that take longer than ten seconds are rejected. */
  async settled(): Promise<void> {
    const { clock, queue } = this.#options
    await this.#open.settled()
    // What was sent must be removed from the stored queue. A store that hangs is not waited for.
    await settlesWithin(clock, LAST_STORE_MS, queue.settled())
  }

  async #sendFile(
    source: FileSource | MediaReference,
    as: SendAs,
    toUserName: string | undefined,
    options: SendFileOptions = {},
  ): Promise<SendResult> {
    if (isReference(source)) requireFeature(this.#options.transport(), 'rawMessages')
    const name = options.name ?? (isReference(source) ? (source.name ?? '') : sourceName(source))
    const content = { kind: as, name } as const
    if (!options.queue) {
      return this.#run(content, toUserName, options, (send, to) => this.#file(send, source, as, to, options))
    }
    if (typeof source !== 'string' && !(source instanceof URL)) throw notQueueable('another source')
    return this.#run(content, toUserName, options, (send, to) => {
      const rest = async () => {
        // The caller learns at once if the file cannot be sent.
        const open = await openSource(source, name, send.signal)
        await open.close()
        return { kind: as, path: resolve(open.path), name } as const
      }
      return this.#options.queue.sendOrAdd(to, rest, (before) => this.#file(send, source, as, to, options, before))
    })
  }

  /** Runs a send and reports its outcome. Calls with invalid arguments are not reported. */
  async #run(
    content: SentContent,
    toUserName: string | undefined,
    options: SendOptions,
    work: (send: PendingSend, to: string) => Promise<SendResult>,
  ): Promise<SendResult> {
    checkOptions(options, SEND_OPTIONS)
    const { signal, queue: isQueueable } = options
    // Throws without a session, before the send starts waiting.
    const to = this.#recipient(toUserName)
    const { queue } = this.#options
    const inOrder = async (send: PendingSend) => {
      // A send that may be queued takes its place at the end of the queue.
      const flushed = isQueueable ? undefined : queue.flushed(to)
      if (flushed) await raceSignal(flushed, send.signal)
      return work(send, to)
    }
    return this.#open.run(content, signal, inOrder, (send, result) => {
      if (!('error' in result && result.error instanceof ArgumentError)) this.#report(send, to, result)
    })
  }

  /** @throws StateError without a session; ArgumentError for a recipient that cannot be reached */
  #recipient(toUserName: string | undefined): string {
    const { transport, self } = this.#options
    const open = transport()
    if (open.recipient) return open.recipient(toUserName)
    const to = toUserName ?? self()
    checkText(to, 'toUserName')
    return to
  }

  #report(
    send: PendingSend,
    to: string,
    result: { value: SendResult } | { error: unknown },
    localId = 'value' in result ? result.value.LocalID : '',
  ): void {
    const { contact, onSent } = this.#options
    const { MsgID = '', unconfirmed, queued } = 'value' in result ? result.value : NO_RESULT
    const accepted = unconfirmed ? 'unconfirmed' : queued ? 'queued' : 'sent'
    onSent({
      localId,
      msgId: MsgID,
      user: contact(to) ?? to,
      outcome: 'error' in result ? outcomeOf(result.error, send.isInFlight) : accepted,
      content: send.content,
      ...('error' in result ? { error: result.error } : {}),
    })
  }

  get #textLimit(): TextLimit {
    const { transport, maxTextLength = Number.POSITIVE_INFINITY } = this.#options
    const { textLimit } = transport()
    return { ...textLimit, max: Math.min(textLimit.max, maxTextLength) }
  }

  async #text(send: PendingSend, text: string, to: string, { queue }: SendOptions = {}): Promise<SendResult> {
    const texts = this.#split(text)
    const parts: SendResult[] = []
    const sendAll = async (before?: () => void) => {
      for (const part of texts) parts.push(await this.#requests.deliver(send, { kind: 'text', text: part }, to, before))
      return joined(parts)
    }
    try {
      if (!queue) return await sendAll()
      const rest = async () => ({ kind: 'text', text, parts: texts.slice(parts.length) }) as const
      return await this.#options.queue.sendOrAdd(to, rest, sendAll)
    } catch (error) {
      throw parts.length > 0 ? withParts(error, parts, texts.length) : error
    }
  }

  /** @throws ArgumentError for text that is blank, or that needs too many parts */
  #split(text: string): string[] {
    const limit = this.#textLimit
    const texts = splitText(text, limit)
    if (texts.length === 0) throw invalidArgument('msg', { expected: 'text', found: 'only whitespace' })
    const { max, maxParts = Number.POSITIVE_INFINITY } = limit
    if (texts.length <= maxParts) return texts
    throw invalidArgument('msg', {
      expected: `text of at most ${maxParts} parts of ${max} characters`,
      found: `text of ${texts.length} parts`,
      advice: 'Send it as a file: sendFile(path), or return itchat.file(path) from a handler.',
    })
  }

  /** @param before called before the message is sent; if it throws, it is not sent */
  async #file(
    send: PendingSend,
    source: MediaSource,
    as: SendAs,
    to: string,
    { name, onProgress }: SendFileOptions,
    before?: () => Promise<void> | void,
  ): Promise<SendResult> {
    const options = {
      signal: send.signal,
      ...(name === undefined ? {} : { name }),
      ...(onProgress ? { onProgress } : {}),
    }
    const media = await this.#requests.media(source, as, to, options)
    send.content = { kind: media.as, name: media.name, sizeBytes: media.sizeBytes }
    return this.#requests.deliver(send, { kind: 'media', media }, to, before)
  }
}

const NO_RESULT: Partial<SendResult> = {}

/**
 * Adds to an error the parts that were sent before it, which a caller needs in order to retry. The message of a
 * signal's reason stays unchanged.
 */
function withParts(error: unknown, parts: readonly SendResult[], count: number): unknown {
  if (!(error instanceof Error) || !Object.isExtensible(error) || 'parts' in error) return error
  const ids = parts.map(({ MsgID }) => MsgID).join(', ')
  const message = `${error.message} The text has ${count} parts; the first ${parts.length} were sent (MsgID ${ids}). See the \`parts\` property of this error.`
  return Object.assign(error, error instanceof ItchatError ? { message, parts } : { parts })
}

/** The result for all parts of a text. */
function joined(parts: SendResult[]): SendResult {
  const last = parts.at(-1) ?? { ok: true, MsgID: '', LocalID: '' }
  if (parts.length <= 1) return last
  return { ...last, ...(parts.some(({ unconfirmed }) => unconfirmed) ? { unconfirmed: true } : {}), parts }
}

/** Whether a queued message that failed with this error is sent again later. */
function isRetriedLater(error: unknown, isInFlight: boolean): boolean {
  if (error instanceof RefusedError) return true
  if (outcomeOf(error, isInFlight) !== 'failed') return false
  return error instanceof NetworkError || error instanceof StateError || error instanceof LoggedOutError
}

function notQueueable(found: string): ArgumentError {
  const advice = 'Send it without queue, or write a file and pass its path.'
  return invalidArgument('queue', { expected: 'text, or a file given by path or file: URL', found, advice })
}

function checkText(value: unknown, argument: string): asserts value is string {
  if (typeof value === 'string' && value !== '') return
  throw invalidArgument(argument, { expected: 'a non-empty string', found: describeValue(value) })
}

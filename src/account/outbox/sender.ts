import type {
  FileSource,
  MediaReference,
  SendActions,
  SendFileOptions,
  SendOptions,
  SendResult,
} from '../../contact/actions.js'
import type { Contact } from '../../contact/contact.js'
import { ArgumentError, ItchatError, ServerError } from '../../errors.js'
import type { Message, ReplyOptions } from '../../message/message.js'
import type { Content, SendAs, UploadedMedia } from '../../transport/content.js'
import { requireFeature, requireMember } from '../../transport/require-feature.js'
import type { Transport } from '../../transport/transport.js'
import type { Clock } from '../../util/clock.js'
import { describeValue, invalidArgument } from '../../util/invalid-argument.js'
import { splitText } from '../../util/split-text.js'
import type { Directives } from './directives.js'
import type { Downloads } from './downloads.js'
import type { Echoes } from './echoes.js'
import type { Pace } from './pacing.js'
import { type PendingSend, PendingSends } from './pending-sends.js'
import { SendableFile } from './sendable-file.js'
import { outcomeOf, type SentContent, type SentMessage } from './sent-message.js'
import { openSource, sourceName, type VerifiedFile } from './source.js'

interface SenderOptions {
  /** @throws StateError without a session */
  transport(): Pick<
    Transport,
    'name' | 'features' | 'send' | 'upload' | 'kindOf' | 'forward' | 'mention' | 'maxTextLength'
  >
  clock: Clock
  echoes: Echoes
  directives: Directives
  downloads: Downloads
  pace: Pace
  /** Maximum number of graphemes per message. Default: the transport's limit. */
  maxTextLength?: number | undefined
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

/** Sends all messages of an account. */
export class Sender implements SendActions {
  readonly #options: SenderOptions
  readonly #open: PendingSends

  constructor(options: SenderOptions) {
    this.#options = options
    this.#open = new PendingSends(options.clock)
  }

  /** Sends text, which may be a directive, or a file chosen by the program. */
  async send(msg: string | SendableFile, toUserName: string, options: SendOptions = {}): Promise<SendResult> {
    if (msg instanceof SendableFile) {
      return this.#sendFile(msg.source, msg.as, toUserName, { ...options, ...(msg.name ? { name: msg.name } : {}) })
    }
    checkText(msg, 'msg')
    if (msg.startsWith('@msg@')) return this.sendMsg(msg.slice('@msg@'.length), toUserName, options)
    return this.#run({ kind: 'text', text: msg }, toUserName, options, async (send) => {
      const directive = await this.#options.directives.read(msg, toUserName)
      return directive
        ? this.#file(send, directive.file, directive.as, toUserName, options)
        : this.#text(send, msg, toUserName)
    })
  }

  /** Sends text verbatim. Long text is split into parts. */
  async sendMsg(msg: string, toUserName: string, options: SendOptions = {}): Promise<SendResult> {
    checkText(msg, 'msg')
    return this.#run({ kind: 'text', text: msg }, toUserName, options, (send) => this.#text(send, msg, toUserName))
  }

  /** Sends text verbatim to the conversation of a message. */
  async reply(message: Message, text: string, options: ReplyOptions & SendOptions = {}): Promise<SendResult> {
    const name = options.at ? message.ActualNickName : undefined
    const mention = (name && this.#options.transport().mention?.(name)) ?? ''
    return this.sendMsg(mention + text, message.user.UserName, options)
  }

  async sendRawMsg(type: number, content: string, toUserName: string, options: SendOptions = {}): Promise<SendResult> {
    requireFeature(this.#options.transport(), 'rawMessages')
    const raw = { kind: 'raw', type, content } as const
    return this.#run(raw, toUserName, options, (send) => this.#deliver(send, raw, toUserName))
  }

  async sendCard(contact: Contact, toUserName: string, options: SendOptions = {}): Promise<SendResult> {
    requireFeature(this.#options.transport(), 'cards')
    const { UserName: userName, Alias: alias, NickName: nickName } = contact
    const content = { kind: 'card', contact: { userName, alias, nickName } } as const
    return this.#run({ kind: 'card', userName, nickName }, toUserName, options, (send) =>
      this.#deliver(send, content, toUserName),
    )
  }

  sendFile(source: FileSource | MediaReference, toUserName: string, options?: SendFileOptions): Promise<SendResult> {
    return this.#sendFile(source, 'file', toUserName, options)
  }

  sendImage(source: FileSource | MediaReference, toUserName: string, options?: SendFileOptions): Promise<SendResult> {
    return this.#sendFile(source, 'image', toUserName, options)
  }

  sendVideo(source: FileSource | MediaReference, toUserName: string, options?: SendFileOptions): Promise<SendResult> {
    return this.#sendFile(source, 'video', toUserName, options)
  }

  /** Sends the content of a received message to another conversation. */
  async forward(message: Message, toUserName: string, options: SendOptions = {}): Promise<SendResult> {
    const transport = this.#options.transport()
    const forward = requireMember(transport, 'forward', 'forward')
    const content = { kind: 'forwarded', type: message.type, msgId: message.MsgId } as const
    return this.#run(content, toUserName, options, async (send) => {
      const forwarding = forward.call(transport, message)
      if (forwarding.kind === 'text') return this.#text(send, forwarding.text, toUserName)
      if (forwarding.kind !== 'file') return this.#deliver(send, forwarding, toUserName)
      const { signal } = send
      const bytes = await this.#options.downloads.bytes(message, { signal })
      const media = await this.#upload(bytes, 'file', toUserName, { name: forwarding.name, signal })
      return this.#deliver(send, { kind: 'media', media }, toUserName)
    })
  }

  /** Uploads without sending. */
  async upload(
    source: FileSource,
    as: SendAs,
    toUserName: string,
    options: SendFileOptions = {},
  ): Promise<UploadResult> {
    const { mediaId, name, sizeBytes } = await this.#upload(source, as, toUserName, { ...options, isStrict: true })
    return { ok: true, MediaId: mediaId, name, sizeBytes }
  }

  /** Resolves when all pending sends have ended. Sends that take longer than ten seconds are rejected. */
  settled(): Promise<void> {
    return this.#open.settled()
  }

  async #sendFile(
    source: FileSource | MediaReference,
    as: SendAs,
    toUserName: string,
    options: SendFileOptions = {},
  ): Promise<SendResult> {
    const name = options.name ?? (isReference(source) ? (source.name ?? '') : sourceName(source))
    return this.#run({ kind: as, name }, toUserName, options, (send) =>
      this.#file(send, source, as, toUserName, options),
    )
  }

  /** Runs a send and reports its outcome. Calls with invalid arguments are not reported. */
  async #run(
    content: SentContent,
    toUserName: string,
    { signal }: SendOptions,
    work: (send: PendingSend) => Promise<SendResult>,
  ): Promise<SendResult> {
    checkText(toUserName, 'toUserName')
    const { contact, onSent, transport } = this.#options
    // Throws without a session, before the send starts waiting.
    transport()
    return this.#open.run(content, signal, work, (send, result) => {
      const { LocalID = '', MsgID = '', unconfirmed, queued } = 'value' in result ? result.value : NO_RESULT
      const error = 'error' in result ? { error: result.error } : {}
      if (error.error instanceof ArgumentError) return
      const accepted = unconfirmed ? 'unconfirmed' : queued ? 'queued' : 'sent'
      onSent({
        localId: LocalID,
        msgId: MsgID,
        user: contact(toUserName) ?? toUserName,
        outcome: 'error' in result ? outcomeOf(result.error, send.isInFlight) : accepted,
        content: send.content,
        ...error,
      })
    })
  }

  async #text(send: PendingSend, text: string, toUserName: string): Promise<SendResult> {
    const parts: SendResult[] = []
    const { transport, maxTextLength = transport().maxTextLength } = this.#options
    const texts = splitText(text, maxTextLength)
    for (const part of texts) {
      try {
        parts.push(await this.#deliver(send, { kind: 'text', text: part }, toUserName))
      } catch (error) {
        throw parts.length > 0 ? withParts(error, parts, texts.length) : error
      }
    }
    const last = parts.at(-1)
    if (!last) throw invalidArgument('msg', { expected: 'text', found: 'only whitespace' })
    return parts.length > 1 ? { ...last, parts } : last
  }

  async #file(
    send: PendingSend,
    source: FileSource | MediaReference | VerifiedFile,
    as: SendAs,
    toUserName: string,
    { name, onProgress }: SendFileOptions,
  ): Promise<SendResult> {
    const options = {
      signal: send.signal,
      ...(name === undefined ? {} : { name }),
      ...(onProgress ? { onProgress } : {}),
    }
    const media = isReference(source) ? this.#uploaded(source, as) : await this.#upload(source, as, toUserName, options)
    send.content = { kind: media.as, name: media.name, sizeBytes: media.sizeBytes }
    return this.#deliver(send, { kind: 'media', media }, toUserName)
  }

  /** Sends one message when it is due, and remembers its id. */
  async #deliver(send: PendingSend, content: Content, toUserName: string): Promise<SendResult> {
    const { echoes, pace, transport } = this.#options
    const attempt = async () => {
      const sending = transport().send(toUserName, content, send.signal)
      send.isInFlight = true
      try {
        const sent = await echoes.follow(toUserName, sending)
        send.isInFlight = false
        return sent
      } catch (error) {
        // A refusal counts as an answer: the message may be sent again.
        if (error instanceof ServerError) send.isInFlight = false
        throw error
      }
    }
    return { ok: true, ...(await pace.run(attempt, send.signal)) }
  }

  async #upload(
    source: FileSource | VerifiedFile,
    as: SendAs,
    toUserName: string,
    { name, ...options }: SendFileOptions & { isStrict?: boolean },
  ): Promise<UploadedMedia> {
    const transport = this.#options.transport()
    const open = await openSource(source, name, options.signal)
    try {
      return await transport.upload(open, as, toUserName, options)
    } finally {
      await open.close()
    }
  }

  #uploaded(reference: MediaReference, as: SendAs): UploadedMedia {
    const { mediaId, name = '', sizeBytes = 0 } = reference
    checkText(mediaId, 'mediaId')
    if (as === 'file' && (name === '' || sizeBytes === 0)) {
      throw invalidArgument('mediaId', {
        expected: 'the mediaId, name and sizeBytes of an uploaded file',
        found: name === '' ? 'no name' : 'no sizeBytes',
        advice: 'Pass the result of uploadFile().',
      })
    }
    const kind = this.#options.transport().kindOf?.(as, name) ?? as
    // A file cannot be sent without a size.
    return { mediaId, name, sizeBytes, as: kind === 'file' && sizeBytes === 0 ? as : kind }
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

function isReference(source: FileSource | MediaReference | VerifiedFile): source is MediaReference {
  return typeof source === 'object' && source !== null && 'mediaId' in source
}

function checkText(value: unknown, argument: string): asserts value is string {
  if (typeof value === 'string' && value !== '') return
  throw invalidArgument(argument, { expected: 'a non-empty string', found: describeValue(value) })
}

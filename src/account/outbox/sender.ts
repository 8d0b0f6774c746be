import type {
  FileSource,
  MediaReference,
  SendActions,
  SendFileOptions,
  SendOptions,
  SendResult,
} from '../../contact/actions.js'
import { ArgumentError, FileError, ItchatError } from '../../errors.js'
import type { Outgoing, SendEndpoint } from '../../transports/web/api/message.js'
import type { WebConnection } from '../../transports/web/connection.js'
import { type Picture, pictureKindOf, pictureOf } from '../../transports/web/media/picture.js'
import { type OpenSource, openSource, type VerifiedFile } from '../../transports/web/media/source.js'
import { ATTACHMENT_APP_ID } from '../../transports/web/wire/constants.js'
import { MSG_TYPE } from '../../transports/web/wire/message.js'
import type { UploadMediaType } from '../../transports/web/wire/upload.js'
import { splitText } from '../../util/split-text.js'
import { escapeXml } from '../../util/xml.js'
import type { Directives } from './directives.js'
import type { Echoes } from './echoes.js'
import type { Pace } from './pacing.js'
import { type SendAs, SendableFile } from './sendable-file.js'

/** `Type` of a file, which no received message has. @see docs/protocol.md §6.6 */
const FILE_TYPE = 6
const MEDIA_TYPES = { file: 'doc', video: 'video' } as const satisfies Partial<Record<SendAs, UploadMediaType>>

export interface SenderOptions {
  line(): WebConnection
  echoes: Echoes
  directives: Directives
  pace: Pace
  /** Graphemes of one message. */
  maxTextLength: number
}

/** What an upload left on the server. */
export interface UploadResult {
  ok: true
  MediaId: string
  name: string
  sizeBytes: number
}

interface Media {
  mediaId: string
  name: string
  sizeBytes: number
  as: Picture['as'] | SendAs
  signature?: string | undefined
}

/** Everything an account sends goes through here. */
export class Sender implements SendActions {
  readonly #options: SenderOptions

  constructor(options: SenderOptions) {
    this.#options = options
  }

  /** A text that may be a directive, or a file of the program's own. */
  async send(msg: string | SendableFile, toUserName: string, options: SendOptions = {}): Promise<SendResult> {
    if (msg instanceof SendableFile) {
      return this.#sendSource(msg.source, msg.as, toUserName, { ...options, ...(msg.name ? { name: msg.name } : {}) })
    }
    checkText(msg, 'msg')
    if (msg.startsWith('@msg@')) return this.sendMsg(msg.slice('@msg@'.length), toUserName, options)
    const directive = await this.#options.directives.read(msg, toUserName)
    if (directive) return this.#sendSource(directive.file, directive.as, toUserName, options)
    return this.sendMsg(msg, toUserName, options)
  }

  /** A text as it stands; a long one in parts. */
  async sendMsg(msg: string, toUserName: string, options: SendOptions = {}): Promise<SendResult> {
    checkText(msg, 'msg')
    const parts: SendResult[] = []
    const texts = splitText(msg, this.#options.maxTextLength)
    for (const part of texts) {
      try {
        parts.push(await this.sendRawMsg(MSG_TYPE.text, part, toUserName, options))
      } catch (error) {
        throw parts.length > 0 ? withParts(error, parts, texts.length) : error
      }
    }
    const last = parts.at(-1)
    if (!last) throw new ArgumentError('send: msg holds nothing but white space.', { argument: 'msg' })
    return parts.length > 1 ? { ...last, parts } : last
  }

  sendRawMsg(msgType: number, content: string, toUserName: string, options: SendOptions = {}): Promise<SendResult> {
    return this.deliver('webwxsendmsg', { Type: msgType, Content: content, ToUserName: toUserName }, options)
  }

  sendFile(source: FileSource | MediaReference, toUserName: string, options?: SendFileOptions): Promise<SendResult> {
    return this.#sendSource(source, 'file', toUserName, options)
  }

  sendImage(source: FileSource | MediaReference, toUserName: string, options?: SendFileOptions): Promise<SendResult> {
    return this.#sendSource(source, 'image', toUserName, options)
  }

  sendVideo(source: FileSource | MediaReference, toUserName: string, options?: SendFileOptions): Promise<SendResult> {
    return this.#sendSource(source, 'video', toUserName, options)
  }

  /** Uploads without sending. */
  async upload(
    source: FileSource,
    as: SendAs,
    toUserName: string,
    options: SendFileOptions = {},
  ): Promise<UploadResult> {
    const { mediaId, name, sizeBytes } = await this.#upload(source, as, toUserName, options, refuseOtherPicture)
    return { ok: true, MediaId: mediaId, name, sizeBytes }
  }

  /** One message, in its turn, whose id is remembered. */
  async deliver(
    endpoint: SendEndpoint,
    message: Outgoing,
    options: SendOptions & { scene?: 0 | 2 } = {},
  ): Promise<SendResult> {
    checkText(message.ToUserName, 'toUserName')
    const { echoes, line, pace } = this.#options
    // A closed instance says so before anything waits.
    line()
    const send = () => echoes.follow(message.ToUserName, line().send(endpoint, message, options))
    return { ok: true, ...(await pace.run(send, options.signal)) }
  }

  async #sendSource(
    source: FileSource | MediaReference | VerifiedFile,
    as: SendAs,
    toUserName: string,
    options: SendFileOptions = {},
  ): Promise<SendResult> {
    checkText(toUserName, 'toUserName')
    const media = isReference(source) ? referred(source, as) : await this.#upload(source, as, toUserName, options)
    const { endpoint, message } = toMessage(media)
    return this.deliver(endpoint, { ...message, ToUserName: toUserName }, options)
  }

  /** @param check throws for what must not be uploaded as it is */
  async #upload(
    source: FileSource | VerifiedFile,
    as: SendAs,
    toUserName: string,
    options: SendFileOptions,
    check: (as: SendAs, media: UploadPlan) => void = () => {},
  ): Promise<Media> {
    const line = this.#options.line()
    const open = await openSource(source, options.name, options.signal)
    try {
      const plan = as === 'image' ? await pictureOf(open) : { as, mediaType: MEDIA_TYPES[as], source: open }
      check(as, plan)
      const { mediaId, signature } = await line.upload(plan.source, {
        mediaType: plan.mediaType,
        toUserName,
        onProgress: options.onProgress,
        signal: options.signal,
      })
      return { mediaId, signature, as: plan.as, name: plan.source.name, sizeBytes: open.sizeBytes }
    } finally {
      await open.close()
    }
  }
}

type UploadPlan = Picture | { as: SendAs; mediaType: UploadMediaType; source: OpenSource }

/** What is uploaded alone cannot be sent as a file when it should have become a picture. */
function refuseOtherPicture(as: SendAs, { as: sentAs, source: { path, name } }: UploadPlan): void {
  if (as !== 'image' || sentAs !== 'file') return
  throw new FileError(
    `uploadFile: ${path || name} is not a bmp, png, jpeg or gif by its content; WeChat takes no other format as a picture. Upload it without isPicture and send it with sendFile(), or let sendImage() send it as a file.`,
    { path },
  )
}

/** Trying again takes knowing what is there already. The reason of a signal stays the caller's, and gets `parts` alone. */
function withParts(error: unknown, parts: readonly SendResult[], count: number): unknown {
  if (!(error instanceof Error) || !Object.isExtensible(error) || 'parts' in error) return error
  const ids = parts.map(({ MsgID }) => MsgID).join(', ')
  const message = `${error.message} The text has ${count} parts; the first ${parts.length} went out (MsgID ${ids}), see \`parts\` of this error.`
  return Object.assign(error, error instanceof ItchatError ? { message, parts } : { parts })
}

function isReference(source: FileSource | MediaReference | VerifiedFile): source is MediaReference {
  return typeof source === 'object' && source !== null && 'mediaId' in source
}

function referred(reference: MediaReference, as: SendAs): Media {
  const { mediaId, name = '', sizeBytes = 0 } = reference
  checkText(mediaId, 'mediaId')
  if (as === 'file' && (name === '' || sizeBytes === 0)) {
    throw new ArgumentError('sendFile: a mediaId of a file needs its name and sizeBytes, which go with the message.', {
      argument: 'mediaId',
    })
  }
  const kind = as === 'image' ? pictureKindOf(name) : as
  // What goes as a file needs a size.
  return { mediaId, name, sizeBytes, as: kind === 'file' && sizeBytes === 0 ? as : kind }
}

/** @see docs/protocol.md §6.3 – §6.6 */
function toMessage(media: Media): { endpoint: SendEndpoint; message: Omit<Outgoing, 'ToUserName'> } {
  const { mediaId: MediaId } = media
  switch (media.as) {
    case 'sticker':
      return { endpoint: 'webwxsendemoticon', message: { Type: MSG_TYPE.sticker, EmojiFlag: 2, MediaId } }
    case 'image':
      return { endpoint: 'webwxsendmsgimg', message: { Type: MSG_TYPE.image, MediaId } }
    case 'video':
      return { endpoint: 'webwxsendvideomsg', message: { Type: MSG_TYPE.video, MediaId } }
    case 'file': {
      const signature = media.signature ? { Signature: media.signature } : {}
      return { endpoint: 'webwxsendappmsg', message: { Type: FILE_TYPE, Content: appmsg(media), ...signature } }
    }
  }
}

function appmsg({ name, sizeBytes, mediaId }: Media): string {
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 ? name.slice(dot + 1) : ''
  return `<appmsg appid='${ATTACHMENT_APP_ID}' sdkver=''><title>${escapeXml(name)}</title><des></des><action></action><type>6</type><content></content><url></url><lowurl></lowurl><appattach><totallen>${sizeBytes}</totallen><attachid>${escapeXml(mediaId)}</attachid><fileext>${escapeXml(extension)}</fileext></appattach><extinfo></extinfo></appmsg>`
}

export function checkText(value: unknown, argument: string): asserts value is string {
  if (typeof value === 'string' && value !== '') return
  const found = value === '' ? 'empty' : `a ${typeof value}`
  throw new ArgumentError(`send: ${argument} is ${found}; it has to be a text.`, { argument })
}

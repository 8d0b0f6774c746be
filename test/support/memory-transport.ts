import { NetworkError, StateError } from '../../src/errors.js'
import { emptyFields } from '../../src/message/fields.js'
import { createMessage } from '../../src/message/message.js'
import type { Delivery, Envelope, TransportEvent } from '../../src/transport/batch.js'
import type { Content, OpenSource, SendAs } from '../../src/transport/content.js'
import type { Feature } from '../../src/transport/features.js'
import type { LoginStatus } from '../../src/transport/login.js'
import type { DecodeContext, Transport, TransportContext, TransportFactory } from '../../src/transport/transport.js'
import { type Dict, dict, text } from '../../src/util/read.js'
import type { MemoryServer } from './memory-server.js'

const person = (userName: string, NickName: string) => ({
  userName,
  kind: 'user' as const,
  traits: { isListed: true, isBuiltIn: false },
  fields: { UserName: userName, NickName },
  isStub: false,
})

/** The transport to a memory server: without contacts and groups. */
export function memory(server: MemoryServer): TransportFactory {
  return (context) => new MemoryTransport(server, context)
}

class MemoryTransport implements Transport {
  readonly name = 'memory'
  readonly features: ReadonlySet<Feature> = new Set(['stepLogin'])
  readonly isLocal = true
  readonly phonePage = undefined
  readonly maxTextLength = 1_000
  readonly notebook = undefined
  identity: { account: string; session: string } | undefined
  readonly #server: MemoryServer
  readonly #context: TransportContext
  readonly #uploads = new Map<string, { name: string; bytes: Uint8Array }>()
  readonly #polled = new Map<string, LoginStatus>()
  #isOver = false
  #position = 0

  constructor(server: MemoryServer, context: TransportContext) {
    this.#server = server
    this.#context = context
  }

  get hasSession() {
    return this.identity !== undefined && !this.#isOver
  }

  readonly login = {
    requestCode: () => this.#request(() => `code-${this.#server.codes.push('waiting')}`),
    qrContent: (code: string) => `memory:${code}`,
    poll: async (code: string, signal?: AbortSignal) => {
      const now = () => this.#server.codes[Number(code.slice('code-'.length)) - 1] ?? 'expired'
      while (now() === (this.#polled.get(code) ?? 'waiting')) await this.#request(() => this.#server.changed(signal))
      this.#polled.set(code, now())
      return { status: now(), code: now() }
    },
    start: () =>
      this.#request(() => {
        this.#server.ended = undefined
        this.#isOver = false
        this.identity = { account: 'memory-1', session: `session-${++this.#server.sessions}` }
        this.#position = this.#server.log.length
        return { self: person('me', 'Memory'), contacts: [], reply: {} }
      }),
  }

  save() {
    if (!this.identity) throw new StateError('Not logged in.')
    return { ...this.identity, position: this.#position }
  }

  identify = (saved: unknown) => ({ account: text(dict(saved).account), session: text(dict(saved).session) })

  async resume(saved: unknown, { cursor }: { cursor?: string | undefined }): Promise<Delivery | undefined> {
    if (this.#server.ended) return undefined
    this.identity = this.identify(saved)
    this.#isOver = false
    this.#position = Number(cursor ?? dict(saved).position)
    return this.#request(() => this.#delivery(new AbortController().signal))
  }

  async *receive(signal: AbortSignal): AsyncGenerator<TransportEvent> {
    const server = this.#server
    for (let wasDown = false; !signal.aborted; ) {
      const isDown = server.isDown
      if (server.ended) return yield { kind: 'ended', reason: server.ended }
      if (isDown && !wasDown) yield { kind: 'offline', error: down(), retryInMs: 0 }
      else if (wasDown && !isDown) yield { kind: 'online' }
      else if (!isDown && server.log.length > this.#position) yield await this.#request(() => this.#delivery(signal))
      else await server.changed(signal).catch(() => {})
      wasDown = isDown
    }
  }

  markOver = () => {
    this.#isOver = true
  }

  async logout() {
    await this.#request(() => {})
    this.#isOver = true
  }

  async close() {}

  read(sent: Dict): Envelope {
    const addresses = { chat: 'you', from: 'you', to: 'me', speaker: '' }
    const timeMs = Number(sent.at) * 1_000
    return { id: text(sent.id), timeMs, sent, ...addresses, names: [], isNotification: false, revealed: [] }
  }

  decode(sent: Dict, { contacts, stranger, actions, stale = false }: DecodeContext) {
    const user = contacts.get('you') ?? stranger(person('you', 'You'))
    const words = text(sent.words)
    const fields = { ...emptyFields(), MsgId: text(sent.id), FromUserName: 'you', ToUserName: 'me', Content: words }
    const raw = { ...fields, ...sent }
    const typed = { ...fields, Type: sent.file ? 'Attachment' : 'Text', Text: words, FileName: words }
    const context = { raw, user, isSelf: false, originalFileName: words, stale, payload: {}, actions }
    const message = createMessage(typed, context)
    return sent.file ? Object.assign(message, { Text: message.download.bind(message) }) : message
  }

  readSavedContact = () => person('me', 'Memory')

  send(to: string, content: Content) {
    const words = content.kind === 'text' ? { text: content.text } : {}
    const file = content.kind === 'media' ? this.#uploads.get(content.media.mediaId) : undefined
    const sent = { to, ...words, ...(file ? { file } : {}) }
    return this.#request(() => {
      const MsgID = `sent-${this.#server.sent.push(sent)}`
      this.#server.notify()
      return { MsgID, LocalID: '' }
    })
  }

  upload({ name, sizeBytes, read }: OpenSource, as: SendAs) {
    const mediaId = `media-${this.#uploads.size + 1}`
    return this.#request(async () => {
      this.#uploads.set(mediaId, { name, bytes: await read(0, sizeBytes) })
      return { mediaId, name, sizeBytes, as }
    })
  }

  async receiveMedia({ raw }: { raw: object }, write: (chunk: Uint8Array) => Promise<void> | void) {
    const bytes = 'file' in raw && Array.isArray(raw.file) ? Uint8Array.from(raw.file) : new Uint8Array()
    await this.#request(() => write(bytes))
    return { sizeBytes: bytes.length, md5: '', matchesDeclared: true }
  }

  async #request<T>(work: () => T | Promise<T>): Promise<T> {
    this.#context.mayAct()
    this.#server.requests++
    if (this.#server.isDown) throw down()
    return work()
  }

  #delivery(signal: AbortSignal): Delivery {
    const messages = this.#server.log.slice(this.#position).map((sent) => this.read(sent))
    const cursor = this.#position + messages.length
    const acknowledge = () => {
      this.#position = cursor
      return true
    }
    const batch = { messages, contacts: [], members: [], removed: [], cursor: String(cursor) }
    return { kind: 'batch', batch, signal, acknowledge, reject() {} }
  }
}

const down = () => new NetworkError('The memory server is down.', { endpoint: 'memory', outcome: 'notSent' })

import { NetworkError, StateError } from '../../src/errors.js'
import { emptyFields } from '../../src/message/fields.js'
import { createMessage } from '../../src/message/message.js'
import type { Delivery, Envelope } from '../../src/transport/batch.js'
import type { LoginStatus } from '../../src/transport/login.js'
import type { SessionIdentity, TransportFactory } from '../../src/transport/transport.js'
import { type Dict, dict, text } from '../../src/util/read.js'
import type { MemoryServer } from './memory-server.js'

const contactEntry = (userName: string) => {
  const traits = { isListed: true, isBuiltIn: false }
  return { userName, kind: 'user', traits, fields: { UserName: userName, NickName: userName }, isStub: false } as const
}

const down = () => new NetworkError('The memory server is down.', { endpoint: 'memory', outcome: 'notSent' })

/** A transport to a memory server, without contacts and groups. */
export function memory(server: MemoryServer): TransportFactory {
  return ({ mayAct }) => {
    const uploads = new Map<string, { name: string; bytes: Uint8Array }>()
    const polled = new Map<string, LoginStatus>()
    let verifyCode: string | undefined
    let identity: SessionIdentity | undefined
    let hasEnded = false
    let position = 0

    async function request<T>(work: () => T | Promise<T>): Promise<T> {
      mayAct()
      server.requests++
      if (server.isDown) throw down()
      return work()
    }

    function begin(session: SessionIdentity, at: number): void {
      identity = session
      hasEnded = false
      position = at
    }

    function read(sent: Dict): Envelope {
      const addresses = { chat: 'you', from: 'you', to: 'me', speaker: '' }
      const timeMs = Number(sent.at) * 1_000
      return { id: text(sent.id), timeMs, sent, ...addresses, names: [], isNotification: false, revealed: [] }
    }

    function delivery(signal: AbortSignal): Delivery {
      const messages = server.log.slice(position).map(read)
      const cursor = position + messages.length
      const acknowledge = () => {
        position = cursor
        return true
      }
      const batch = { messages, contacts: [], members: [], removed: [], cursor: String(cursor) }
      return { kind: 'batch', batch, signal, acknowledge, reject() {} }
    }

    const identify = (saved: unknown) => ({ account: text(dict(saved).account), session: text(dict(saved).session) })

    return {
      name: 'memory',
      features: new Set(['stepLogin']),
      isLocal: true,
      phonePage: undefined,
      textLimit: { max: 1_000, unit: 'graphemes' },
      notebook: undefined,
      get identity() {
        return identity
      },
      get hasSession() {
        return identity !== undefined && !hasEnded
      },
      login: {
        requestCode: () => request(() => `code-${server.codes.push('waiting')}`),
        qrContent: (code) => `memory:${code}`,
        submitVerifyCode(code) {
          verifyCode = code
        },
        async poll(code, signal) {
          const now = () => server.codes[Number(code.slice('code-'.length)) - 1] ?? 'expired'
          if (now() === 'verifyCodeNeeded') {
            const entered = verifyCode
            verifyCode = undefined
            await request(() => entered !== undefined && server.checkVerifyCode(entered))
          } else while (now() === (polled.get(code) ?? 'waiting')) await request(() => server.changed(signal))
          polled.set(code, now())
          return { status: now(), code: now() }
        },
        start: () =>
          request(() => {
            server.ended = undefined
            begin({ account: 'memory-1', session: `session-${++server.sessions}` }, server.log.length)
            return { self: contactEntry('me'), contacts: [], reply: {} }
          }),
      },
      identify,
      save() {
        if (!identity) throw new StateError('Not logged in.')
        return { ...identity, position }
      },
      resume: (saved, { cursor, signal = new AbortController().signal }) =>
        request(() => {
          if (server.ended) return undefined
          begin(identify(saved), Number(cursor ?? dict(saved).position))
          return delivery(signal)
        }),
      async *receive(signal, room) {
        for (let wasDown = false; !signal.aborted; ) {
          const { isDown, ended } = server
          if (ended) return yield { kind: 'ended', reason: ended }
          if (isDown && !wasDown) yield { kind: 'offline', error: down(), retryInMs: 0 }
          else if (wasDown && !isDown) yield { kind: 'online' }
          else if (!isDown && server.log.length > position) {
            await room(signal)
            yield await request(() => delivery(signal))
          } else await server.changed(signal).catch(() => {})
          wasDown = isDown
        }
      },
      markOver() {
        hasEnded = true
      },
      async logout() {
        hasEnded = true
        await request(() => {})
      },
      async close() {},
      read,
      decode(sent, { contacts, stranger, actions, stale = false }) {
        const user = contacts.get('you') ?? stranger(contactEntry('you'))
        const Content = text(sent.text)
        const fields = { ...emptyFields(), MsgId: text(sent.id), FromUserName: 'you', ToUserName: 'me', Content }
        const typed = { ...fields, Type: sent.file ? 'Attachment' : 'Text', Text: Content, FileName: Content }
        const own = { user, isSelf: false, originalFileName: Content, stale, payload: {}, actions }
        const message = createMessage(typed, { raw: { ...fields, ...sent }, ...own })
        return sent.file ? Object.assign(message, { Text: message.download.bind(message) }) : message
      },
      readSavedContact: () => contactEntry('me'),
      send(to, content) {
        const file = content.kind === 'media' ? uploads.get(content.media.mediaId) : undefined
        const sent = { to, ...(content.kind === 'text' ? { text: content.text } : {}), ...(file ? { file } : {}) }
        return request(async () => {
          await server.onSend(sent)
          return { MsgID: server.receive(sent), LocalID: '' }
        })
      },
      upload({ name, sizeBytes, readInto }, as) {
        const mediaId = `media-${uploads.size + 1}`
        return request(async () => {
          const bytes = new Uint8Array(sizeBytes)
          await readInto(bytes, 0)
          uploads.set(mediaId, { name, bytes })
          return { mediaId, name, sizeBytes, as }
        })
      },
      async receiveMedia({ raw }, write) {
        const bytes = 'file' in raw && Array.isArray(raw.file) ? Uint8Array.from(raw.file) : new Uint8Array()
        await request(() => write(bytes))
        return { sizeBytes: bytes.length, md5: '', matchesDeclared: true }
      },
    }
  }
}

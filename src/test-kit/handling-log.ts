import type { Handler, Message, Reply } from '../index.js'
import type { HandlingObserver } from '../itchat/handlers/handling.js'

/** How the bot handled one message. */
export interface HandlingRecord {
  readonly message: Message
  /** The handlers that were called: their names, or the beginning of their code. */
  readonly handlers: string[]
  /** What the handler returned: `''` for nothing, otherwise `text` or `file`. */
  reply: '' | 'text' | 'file'
  hasEnded: boolean
  failure?: { error: unknown }
}

/** Records how the bot handles each message. */
export class HandlingLog implements HandlingObserver {
  /** By message id. */
  readonly #records = new Map<string, HandlingRecord>()
  readonly #running = new Set<HandlingRecord>()
  readonly #onChange: () => void

  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  get(id: string): HandlingRecord | undefined {
    return this.#records.get(id)
  }

  /** The messages that are being handled. */
  get running(): Message[] {
    return [...this.#running].map(({ message }) => message)
  }

  onStart(message: Message): void {
    const record: HandlingRecord = { message, handlers: [], reply: '', hasEnded: false }
    this.#records.set(message.MsgId, record)
    this.#running.add(record)
    this.#onChange()
  }

  onMatch({ MsgId }: Message, handler: Handler): void {
    this.#records.get(MsgId)?.handlers.push(describeHandler(handler))
  }

  onReturn({ MsgId }: Message, reply: Reply): void {
    const record = this.#records.get(MsgId)
    if (record) record.reply = typeof reply === 'string' && reply !== '' ? 'text' : isFile(reply) ? 'file' : ''
    this.#onChange()
  }

  /** Records that handlers in progress will not end, because their bot has been closed. */
  abandon(): void {
    for (const record of this.#running) record.hasEnded = true
    this.#running.clear()
  }

  onEnd({ MsgId }: Message, failure?: { error: unknown }): void {
    const record = this.#records.get(MsgId)
    if (!record) return
    record.hasEnded = true
    if (failure) record.failure = failure
    this.#running.delete(record)
    this.#onChange()
  }
}

const MAX_CODE = 60

function describeHandler(handler: Handler): string {
  if (handler.name !== '') return `handler ${JSON.stringify(handler.name)}`
  const code = String(handler).replace(/\s+/g, ' ')
  return `handler \`${code.length > MAX_CODE ? `${code.slice(0, MAX_CODE)}…` : code}\``
}

/** The result of a send has been sent already. */
function isFile(reply: Reply): boolean {
  return typeof reply === 'object' && reply !== null && !('ok' in reply)
}

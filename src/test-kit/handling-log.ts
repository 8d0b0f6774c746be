import type { Handler, Message, Reply } from '../index.js'
import type { HandlingObserver } from '../itchat/handlers/handling.js'

/** How the bot handled one message. */
export interface HandlingRecord {
  readonly message: Message
  /** The handlers that were called, by name; `''` for a function without a name. */
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
    this.#records.get(MsgId)?.handlers.push(handler.name)
  }

  onReturn({ MsgId }: Message, reply: Reply): void {
    const record = this.#records.get(MsgId)
    if (record) record.reply = typeof reply === 'string' && reply !== '' ? 'text' : isFile(reply) ? 'file' : ''
    this.#onChange()
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

/** The result of a send has been sent already. */
function isFile(reply: Reply): boolean {
  return typeof reply === 'object' && reply !== null && !('ok' in reply)
}

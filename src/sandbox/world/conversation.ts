import type { Message } from './message.js'

const LIMIT = 10_000

/** The messages in a chat, oldest first. Only the latest 10,000 are kept. */
export class Conversation {
  /** Id of a person or group. */
  readonly chatId: string
  /** Number of received messages that have not been viewed on the page. */
  unread = 0
  /** Whether an unread message mentions the account. */
  mentioned = false
  readonly #messages: Message[] = []
  readonly #byId = new Map<string, Message>()

  constructor(chatId: string) {
    this.chatId = chatId
  }

  get messages(): readonly Message[] {
    return this.#messages
  }

  get last(): Message | undefined {
    return this.#messages.at(-1)
  }

  find(id: string): Message | undefined {
    return this.#byId.get(id)
  }

  add(message: Message): void {
    this.#messages.push(message)
    this.#byId.set(message.id, message)
    if (this.#messages.length > LIMIT * 1.1) {
      for (const old of this.#messages.splice(0, this.#messages.length - LIMIT)) this.#byId.delete(old.id)
    }
  }

  /**
   * Returns at most `limit` messages before the message with id `before`, or the latest ones by default, oldest first.
   */
  page(limit: number, before?: string): Message[] {
    const found = before === undefined ? -1 : this.#messages.findIndex((message) => message.id === before)
    const end = found < 0 ? this.#messages.length : found
    return this.#messages.slice(Math.max(0, end - limit), end)
  }
}

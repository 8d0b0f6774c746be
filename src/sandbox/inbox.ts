import { Bell } from './bell.js'
import { textOf } from './world/describe.js'
import type { Message } from './world/message.js'

const LIMIT = 10_000

/** What the program sent to one chat and no test has taken yet. */
export interface SentMessage {
  /** Decimal digits, the wire's `MsgID`. */
  id: string
  /** A person's or group's id. */
  chatId: string
  text: string
  /** Epoch ms. */
  at: number
  /** Ms since the message it answers was fetched; absent when it answers none. */
  replyMs?: number
}

/** Keeps what the program sends until somebody asks for it, chat by chat. */
export class Inboxes {
  readonly #queues = new Map<string, SentMessage[]>()
  readonly #bell = new Bell()

  add(message: Message): void {
    const queue = this.#queues.get(message.chatId) ?? []
    this.#queues.set(message.chatId, queue)
    queue.push({
      id: message.id,
      chatId: message.chatId,
      text: textOf(message.content),
      at: message.at,
      ...(message.replyMs === undefined ? {} : { replyMs: message.replyMs }),
    })
    if (queue.length > LIMIT) queue.shift()
    this.#bell.ring()
  }

  /** Takes the oldest one of a chat, or waits for it; rejects with the signal's reason. */
  next(chatId: string, signal?: AbortSignal): Promise<SentMessage> {
    return this.#bell.until(() => this.#queues.get(chatId)?.shift(), signal)
  }

  /** Those of a chat that nobody took, oldest first. */
  waiting(chatId: string): readonly SentMessage[] {
    return [...(this.#queues.get(chatId) ?? [])]
  }
}

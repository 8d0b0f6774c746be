/** What a message carries. */
export type MessageBody =
  | { kind: 'text'; text: string }
  /** A system line. */
  | { kind: 'notice'; text: string }
  /** A friend request, `text` is its greeting. */
  | { kind: 'request'; text: string; ticket: string }

/** One message of a conversation, seen from the account. */
export interface Message {
  /** Decimal digits, 19 of them. */
  readonly id: string
  /** A person's or group's id. */
  readonly chatId: string
  /** Person id; `''` for system lines. */
  readonly speaker: string
  readonly origin: 'person' | 'phone' | 'bot' | 'system'
  readonly body: MessageBody
  /** Epoch ms. */
  readonly at: number
  /** Person ids; `'all'` is everybody. */
  readonly mentions: readonly string[]
  /** A program fetched it, or sent it. */
  delivered: boolean
  /** Epoch ms of the first reply that held it. */
  deliveredAt?: number
  /** Origin `bot`: ms since the message it answers was fetched. */
  replyMs?: number
  recalled: boolean
}

import type { ContentMap, MessageKind } from './content.js'
import type { Medium } from './medium.js'

/** What a message carries, told apart by `kind`. */
export type Content = { [K in MessageKind]: ContentOf<K> }[MessageKind]

/** What a message of one kind carries. */
export type ContentOf<K extends MessageKind> = { kind: K } & ContentMap<Medium>[K]

/** One message of a conversation, seen from the account. */
export interface Message {
  /** Decimal digits, 19 of them. */
  readonly id: string
  /** A person's or group's id. */
  readonly chatId: string
  /** Person id; `''` for system lines. */
  readonly speaker: string
  readonly origin: 'person' | 'phone' | 'bot' | 'system'
  readonly content: Content
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

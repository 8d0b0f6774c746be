import type { ContentMap, MessageKind } from './content.js'
import type { Medium } from './medium.js'

/** The content of a message, discriminated by `kind`. */
export type Content = { [K in MessageKind]: ContentOf<K> }[MessageKind]

/** The content of a message of one kind. */
export type ContentOf<K extends MessageKind> = { kind: K } & ContentMap<Medium>[K]

/** One message of a conversation of the account. */
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
  /** Person ids; `'all'` for all members. */
  readonly mentions: readonly string[]
  /** A program fetched or sent it. */
  delivered: boolean
  /** Epoch ms of the first reply that contained it. */
  deliveredAt?: number
  /** Origin `bot`: ms since the message it replies to was fetched. */
  replyMs?: number
  recalled: boolean
}

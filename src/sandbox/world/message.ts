import type { ContentMap, MessageKind } from './content.js'
import type { Medium } from './medium.js'

/** The content of a message, discriminated by `kind`. */
export type Content = { [K in MessageKind]: ContentOf<K> }[MessageKind]

/** The content of a message of one kind. */
export type ContentOf<K extends MessageKind> = { kind: K } & ContentMap<Medium>[K]

/** A message in one of the account's conversations. */
export interface Message {
  /** A string of 19 decimal digits. */
  readonly id: string
  /** Id of a person or group. */
  readonly chatId: string
  /** Person id, or `''` for system notices. */
  readonly speaker: string
  readonly origin: 'person' | 'phone' | 'bot' | 'system'
  readonly content: Content
  /** Unix time in milliseconds. */
  readonly at: number
  /** Ids of the mentioned people, or `'all'` for all members. */
  readonly mentions: readonly string[]
  /** Whether a program has fetched or sent the message. */
  delivered: boolean
  /** Unix time in milliseconds of the first reply that contained the message. */
  deliveredAt?: number
  /** Origin `bot`: milliseconds between the delivery of a message and this reply to it. */
  replyMs?: number
  recalled: boolean
  /** Whether the phone cannot show the medium. */
  readonly isBroken?: boolean
}

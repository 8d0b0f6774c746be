import { Notifier } from '../notifier.js'
import type { Content, Message } from '../world/message.js'
import { newContextToken, opaque } from './tokens.js'

const LIMIT = 10_000

/** An item of a message from the owner: its content, or an item as it is sent. */
export type InboxItem = { readonly content: Content } | { readonly item: object }

/** A message from the owner on its way to the program. */
export interface InboxMessage {
  /** 19 digits. */
  readonly id: string
  readonly seq: number
  readonly clientId: string
  /** Unix time in milliseconds. */
  readonly at: number
  readonly contextToken: string
  readonly items: readonly InboxItem[]
  /** The messages on the phone, which are marked as delivered; none for a repetition. */
  readonly shown: readonly Message[]
  /** Wire fields that replace the generated ones. */
  readonly raw: object
}

/** The messages for one bot. A reply acknowledges what it contains: an earlier cursor brings nothing back. */
export class Inbox {
  readonly notifier = new Notifier()
  readonly #pending: InboxMessage[] = []
  readonly #tokens = new Set<string>()
  /** Positions of the cursors. */
  readonly #cursors = new Map<string, number>()
  #cursor = ''
  #position = 0
  #presented = 0
  #seq = 0

  /** The context token that the program received last. */
  deliveredToken: { token: string; at: number } | undefined

  get hasPending(): boolean {
    return this.#pending.length > 0
  }

  /** The cursor after everything that was delivered; `''` at first. */
  get cursor(): string {
    return this.#cursor
  }

  isIssuedToken(token: string): boolean {
    return this.#tokens.has(token)
  }

  add(message: Omit<InboxMessage, 'seq' | 'contextToken'>): InboxMessage {
    const added = { ...message, ...this.#stamp() }
    this.#pending.push(added)
    this.notifier.notify()
    return added
  }

  /** Returns a message again, with a context token of its own. */
  repeat(message: InboxMessage, id: string): InboxMessage {
    return { ...message, ...this.#stamp(), id, shown: [] }
  }

  /** Removes and returns all messages, and advances the cursor. */
  take(): InboxMessage[] {
    const taken = this.#pending.splice(0)
    if (taken.length > 0 || this.#cursor === '') {
      this.#cursor = opaque(24)
      this.#cursors.set(this.#cursor, ++this.#position)
      const [oldest] = this.#cursors.keys()
      if (this.#cursors.size > LIMIT && oldest !== undefined) this.#cursors.delete(oldest)
    }
    return taken
  }

  /** Records the cursor of a poll. Returns whether the program presented a later one before. */
  present(cursor: string): boolean {
    const position = this.#cursors.get(cursor)
    if (position === undefined) return false
    const isOlder = position < this.#presented
    this.#presented = Math.max(this.#presented, position)
    return isOlder
  }

  #stamp(): { seq: number; contextToken: string } {
    const contextToken = newContextToken()
    this.#tokens.add(contextToken)
    const [oldest] = this.#tokens
    if (this.#tokens.size > LIMIT && oldest !== undefined) this.#tokens.delete(oldest)
    return { seq: ++this.#seq, contextToken }
  }
}

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
  /** The messages on the phone, in the order of the items; none for a raw message. */
  readonly shown: readonly Message[]
  /** Wire fields that replace the generated ones. */
  readonly raw: object
}

/** How the cursor of a poll relates to what the program has received. */
type CursorUse = 'right' | 'older' | 'unknown'

/** The messages for one bot. A reply acknowledges what it contains: an earlier cursor brings nothing back. */
export class Inbox {
  readonly notifier = new Notifier()
  readonly #pending: InboxMessage[] = []
  /** The context tokens that were sent, with their order. */
  readonly #tokens = new Map<string, number>()
  #lastToken = 0
  /** Positions of the cursors. The position of `''` is 0. */
  readonly #cursors = new Map<string, number>()
  #cursor = ''
  #position = 0
  /** The position that the program has received, as far as the sandbox can know, and the latest one that it presented. */
  #received = 0
  #presented = 0
  /** Whether a fault may have changed the cursor in a reply since a right one was presented. */
  #mayBeDistorted = false
  #seq = 0

  /** The context token that the program received last, as far as the sandbox can know. */
  deliveredToken: { token: string; at: number } | undefined
  /** The delivered token before a reply that the program has not confirmed by its cursor yet. */
  #formerToken: { token: string; at: number } | undefined

  get hasPending(): boolean {
    return this.#pending.length > 0
  }

  /** The messages that wait for a poll. */
  get pending(): readonly InboxMessage[] {
    return [...this.#pending]
  }

  /** The cursor after everything that was delivered; `''` at first. */
  get cursor(): string {
    return this.#cursor
  }

  /** The position of that cursor. */
  get position(): number {
    return this.#position
  }

  isIssuedToken(token: string): boolean {
    return this.#tokens.has(token)
  }

  /** Whether the program has received a later token. */
  isOlderToken(token: string): boolean {
    const latest = this.#tokens.get(this.deliveredToken?.token ?? '') ?? 0
    return (this.#tokens.get(token) ?? latest) < latest
  }

  add(message: Omit<InboxMessage, 'seq' | 'contextToken'>): InboxMessage {
    const added = { ...message, ...this.#stamp() }
    this.#pending.push(added)
    this.notifier.notify()
    return added
  }

  /** Returns a message again, with a context token of its own. */
  repeat(message: InboxMessage, id: string): InboxMessage {
    return { ...message, ...this.#stamp(), id }
  }

  /** Removes all messages, and advances the cursor. `tokens` are the context tokens in the reply. */
  take(tokens: readonly string[]): void {
    const taken = this.#pending.splice(0)
    for (const token of tokens) {
      this.#tokens.delete(token)
      put(this.#tokens, token, ++this.#lastToken)
    }
    if (taken.length === 0 && this.#cursor !== '') return
    this.#cursor = opaque(24)
    put(this.#cursors, this.#cursor, ++this.#position)
  }

  /** Records that the reply that was sent last reached the program, with its latest context token, if it has one. */
  delivered(position: number, token: string | undefined, nowMs: number): void {
    if (this.#presented >= this.#received) this.#formerToken = this.deliveredToken
    if (token !== undefined) this.deliveredToken = { token, at: nowMs }
    this.#received = Math.max(this.#received, position)
  }

  /** Records that the cursor in a reply may have been changed or lost. */
  distorted(): void {
    this.#mayBeDistorted = true
  }

  /** The program was started again. It may have ended before it kept the latest reply. */
  restarted(): void {
    if (this.#presented >= this.#received) return
    this.#received = this.#presented
    this.deliveredToken = this.#formerToken
  }

  /** Records the cursor of a poll. */
  present(cursor: string): CursorUse {
    const position = cursor === '' ? 0 : this.#cursors.get(cursor)
    if (position === undefined) return this.#mayBeDistorted ? 'right' : 'unknown'
    if (position === this.#position) this.#mayBeDistorted = false
    const isOlder = position < Math.max(this.#received, this.#presented)
    this.#presented = Math.max(this.#presented, position)
    return isOlder ? 'older' : 'right'
  }

  #stamp(): { seq: number; contextToken: string } {
    return { seq: ++this.#seq, contextToken: newContextToken() }
  }
}

function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > LIMIT && oldest !== undefined) map.delete(oldest)
}

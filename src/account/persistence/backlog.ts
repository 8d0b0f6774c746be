/** Maximum number of messages waiting in memory. */
export interface MemoryLimits {
  total: number
  perChat: number
}

interface Chat {
  inMemory: number
  /** Numbers of the messages that are only on disk, in order. */
  onDisk: number[]
}

/**
 * Tracks, for each conversation, which messages are waiting in memory and which only on disk. Each conversation has a
 * share of the free memory slots: `perChat` while it is the only one, fewer as more messages are waiting, and one when
 * nine tenths of the slots are in use. This prevents conversations whose handlers hang from blocking other
 * conversations.
 */
export class Backlog {
  readonly #limits: MemoryLimits
  readonly #chats = new Map<string, Chat>()
  /** Conversations with messages on disk and few or no messages in memory. */
  readonly #due = new Set<string>()
  #inMemory = 0

  constructor(limits: MemoryLimits) {
    this.#limits = limits
  }

  /** Number of messages waiting in memory. */
  get inMemory(): number {
    return this.#inMemory
  }

  /** Whether `candidates` would return any messages. */
  get hasDue(): boolean {
    return this.#due.size > 0 && this.#inMemory < this.#limits.total
  }

  /**
   * Adds an incoming message. Returns whether it may be kept in memory; otherwise it stays on disk until `candidates`
   * returns it.
   *
   * @param n number of the message, larger than those of all earlier messages in this conversation
   */
  add(chat: string, n: number): boolean {
    const entry = this.#entry(chat)
    if (entry.onDisk.length > 0 || entry.inMemory >= this.#limit(this.#inMemory)) {
      this.#appendOnDisk(chat, entry, n)
      return false
    }
    this.#count(entry, 1)
    return true
  }

  /** Adds a message that is only on disk. */
  addOnDisk(chat: string, n: number): void {
    this.#appendOnDisk(chat, this.#entry(chat), n)
  }

  /** Moves a message from memory back to its position on disk. */
  giveBack(chat: string, n: number): void {
    const entry = this.#entry(chat)
    const after = entry.onDisk.findIndex((other) => other > n)
    entry.onDisk.splice(after < 0 ? entry.onDisk.length : after, 0, n)
    this.release(chat)
  }

  /** Adds a message that is already in memory. */
  addInMemory(chat: string): void {
    this.#count(this.#entry(chat), 1)
  }

  /** Removes a message from memory. */
  release(chat: string): void {
    const entry = this.#chats.get(chat)
    if (!entry) return
    this.#count(entry, -1)
    if (entry.inMemory === 0 && entry.onDisk.length === 0) this.#chats.delete(chat)
    this.#refresh(chat, entry)
  }

  /** Numbers of the messages that may be moved to memory now: the first ones in each conversation. */
  candidates(): number[] {
    const numbers: number[] = []
    for (const chat of this.#due) {
      const entry = this.#entry(chat)
      const limit = this.#limit(this.#inMemory + numbers.length)
      if (limit === 0) break
      for (const n of entry.onDisk.slice(0, Math.max(0, limit - entry.inMemory))) numbers.push(n)
      this.#refresh(chat, entry)
    }
    return numbers
  }

  /**
   * Moves the first message on disk to memory for each listed conversation. A conversation may be listed several times.
   */
  taken(chats: readonly string[]): void {
    const counts = new Map<string, number>()
    for (const chat of chats) counts.set(chat, (counts.get(chat) ?? 0) + 1)
    for (const [chat, count] of counts) {
      const entry = this.#entry(chat)
      entry.onDisk.splice(0, count)
      this.#count(entry, count)
      this.#refresh(chat, entry)
    }
  }

  #entry(chat: string): Chat {
    let entry = this.#chats.get(chat)
    if (!entry) {
      entry = { inMemory: 0, onDisk: [] }
      this.#chats.set(chat, entry)
    }
    return entry
  }

  #appendOnDisk(chat: string, entry: Chat, n: number): void {
    entry.onDisk.push(n)
    this.#refresh(chat, entry)
  }

  #count(entry: Chat, count: number): void {
    entry.inMemory += count
    this.#inMemory += count
  }

  /**
   * A conversation is due only once at most half of its share is in memory, so that each read of the file loads many
   * messages.
   */
  #refresh(chat: string, { inMemory, onDisk }: Chat): void {
    if (onDisk.length > 0 && inMemory <= this.#limit(this.#inMemory) / 2) this.#due.add(chat)
    else this.#due.delete(chat)
  }

  /**
   * Maximum number of messages that one conversation may have in memory, depending on the total in memory; at least one
   * until memory is full.
   */
  #limit(inMemory: number): number {
    const { total, perChat } = this.#limits
    if (inMemory >= total) return 0
    const shared = total - Math.floor(total / 10)
    const share = Math.ceil(((shared - inMemory) * perChat) / (shared - perChat))
    return Math.max(1, Math.min(perChat, share))
  }
}

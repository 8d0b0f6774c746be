/** How many messages may wait in memory. */
export interface MemoryLimits {
  total: number
  perChat: number
}

interface Chat {
  inMemory: number
  /** Numbers of those on the disk alone, in order. */
  onDisk: number[]
}

/**
 * Which messages wait in memory and which on the disk alone, by conversation. A conversation may have a share of the room that is
 * left: `perChat` while it is the only one, the less the more others wait, and one when nine tenths of the room are taken. So
 * conversations whose handlers hang leave room for the others.
 */
export class Backlog {
  readonly #limits: MemoryLimits
  readonly #chats = new Map<string, Chat>()
  /** Conversations with messages on the disk of which few or none are in memory. */
  readonly #due = new Set<string>()
  #inMemory = 0

  constructor(limits: MemoryLimits) {
    this.#limits = limits
  }

  /** Messages that wait in memory. */
  get inMemory(): number {
    return this.#inMemory
  }

  /** `candidates` has some. */
  get hasDue(): boolean {
    return this.#due.size > 0 && this.#inMemory < this.#limits.total
  }

  /**
   * A message arrived. Returns whether it goes to memory; otherwise it stays on the disk until `candidates` names it.
   *
   * @param n larger than that of every message of this conversation before
   */
  add(chat: string, n: number): boolean {
    const entry = this.#entry(chat)
    if (entry.onDisk.length > 0 || entry.inMemory >= this.#limit(this.#inMemory)) {
      this.#store(chat, entry, n)
      return false
    }
    this.#take(entry, 1)
    return true
  }

  /** A message that is on the disk alone. */
  addOnDisk(chat: string, n: number): void {
    this.#store(chat, this.#entry(chat), n)
  }

  /** A message leaves the memory, and waits on the disk in its place. */
  giveBack(chat: string, n: number): void {
    const entry = this.#entry(chat)
    const after = entry.onDisk.findIndex((other) => other > n)
    entry.onDisk.splice(after < 0 ? entry.onDisk.length : after, 0, n)
    this.release(chat)
  }

  /** A message that is in memory already. */
  addInMemory(chat: string): void {
    this.#take(this.#entry(chat), 1)
  }

  /** A message left the memory. */
  release(chat: string): void {
    const entry = this.#chats.get(chat)
    if (!entry) return
    this.#take(entry, -1)
    if (entry.inMemory === 0 && entry.onDisk.length === 0) this.#chats.delete(chat)
    this.#refresh(chat, entry)
  }

  /** Numbers that may go to memory now; of each conversation the first ones. */
  candidates(): number[] {
    const found: number[] = []
    for (const chat of this.#due) {
      const entry = this.#entry(chat)
      const limit = this.#limit(this.#inMemory + found.length)
      if (limit === 0) break
      for (const n of entry.onDisk.slice(0, Math.max(0, limit - entry.inMemory))) found.push(n)
      this.#refresh(chat, entry)
    }
    return found
  }

  /** One message of each of these conversations, the first on the disk, is in memory now; a conversation may stand there often. */
  taken(chats: readonly string[]): void {
    const counts = new Map<string, number>()
    for (const chat of chats) counts.set(chat, (counts.get(chat) ?? 0) + 1)
    for (const [chat, count] of counts) {
      const entry = this.#entry(chat)
      entry.onDisk.splice(0, count)
      this.#take(entry, count)
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

  #store(chat: string, entry: Chat, n: number): void {
    entry.onDisk.push(n)
    this.#refresh(chat, entry)
  }

  #take(entry: Chat, count: number): void {
    entry.inMemory += count
    this.#inMemory += count
  }

  /** Not before half of what it may have is handled: the file is read for many at once. */
  #refresh(chat: string, { inMemory, onDisk }: Chat): void {
    if (onDisk.length > 0 && inMemory <= this.#limit(this.#inMemory) / 2) this.#due.add(chat)
    else this.#due.delete(chat)
  }

  /** How many one conversation may have in memory when so many are in all; at the end one each. */
  #limit(inMemory: number): number {
    const { total, perChat } = this.#limits
    if (inMemory >= total) return 0
    const shared = total - Math.floor(total / 10)
    const share = Math.ceil(((shared - inMemory) * perChat) / (shared - perChat))
    return Math.max(1, Math.min(perChat, share))
  }
}

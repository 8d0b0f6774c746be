import { MemorySessionStore } from 'itchat'
import { InFlight } from '../../src/account/persistence/in-flight.js'
import { attemptsWhenInterrupted, interruptedFirst } from '../../src/account/persistence/interrupted.js'
import type { Journal } from '../../src/account/persistence/journal.js'
import type { Incoming, JournalOwner, Received } from '../../src/account/persistence/journal-record.js'
import { withoutRepeats } from '../../src/account/persistence/journal-record.js'
import { keysOf } from '../../src/account/persistence/known-ids.js'

/** A journal in memory. Another process sees its public fields; its private fields are lost. */
export class MemoryJournal implements Journal {
  owner: JournalOwner | undefined
  cursor: string | undefined
  ids = new Set<string>()
  messages = new Map<number, Received>()
  next = 1
  readonly #begun = new InFlight()
  readonly #held = new Set<number>()
  readonly #out = new Map<number, Received>()
  #term = 0
  #isClosed = false
  get size() {
    return this.messages.size
  }
  get inFlight() {
    return this.#begun.size
  }
  get canTake() {
    return this.messages.size > this.#out.size
  }
  async begin(owner: JournalOwner, update: (received: Received, former?: JournalOwner) => Received) {
    if (this.size > 0 && this.owner?.account !== owner.account)
      throw new Error('The journal contains messages of another account.')
    const isSame = this.owner?.session === owner.session
    for (const [n, message] of this.messages) this.messages.set(n, update(message, isSame ? undefined : this.owner))
    if (!isSame) this.cursor = undefined
    this.owner = owner
    this.#term++
    for (const n of this.#out.keys()) if (!this.#begun.has(n) && !this.#held.has(n)) this.#out.delete(n)
  }
  async clear() {
    Object.assign(this, { owner: undefined, cursor: undefined, ids: new Set(), messages: new Map() })
    this.#out.clear()
    this.#term++
  }
  async add(batch: readonly Incoming[], cursor: string) {
    if (this.#isClosed) throw new Error('The journal is closed.')
    this.cursor = cursor
    return withoutRepeats(batch, this.ids).map((message) => {
      const received = { ...message, n: this.next++, stale: false, attempts: 0, term: 0 }
      for (const key of keysOf(message)) this.ids.add(key)
      this.messages.set(received.n, received)
      return this.#handOut(received)
    })
  }
  async take() {
    const waiting = [...this.messages.values()].filter(({ n }) => !this.#out.has(n))
    return interruptedFirst(waiting.map((message) => this.#handOut(message)))
  }
  async started(n: number, term: number, isAlone: boolean) {
    const out = this.#out.get(n)
    if (!out || term !== this.#term || this.#held.has(n) || this.#begun.has(n)) return false
    this.#begun.add(n)
    this.#setAttempts(n, attemptsWhenInterrupted(out.attempts, isAlone))
    return true
  }
  async done(n: number) {
    if (!this.#isClosed) this.messages.delete(n)
    for (const numbers of [this.#out, this.#held, this.#begun]) numbers.delete(n)
    return !this.#isClosed
  }
  async held(n: number) {
    const out = this.#out.get(n)
    if (!out) return
    this.#held.add(n)
    this.#setAttempts(n, out.attempts)
    this.#begun.delete(n)
  }
  async giveBack(n: number) {
    if (this.#held.delete(n)) this.#out.delete(n)
  }
  async remember(id: string) {
    this.ids.add(id)
    for (const message of [...this.messages.values()]) {
      if (message.id === id && !this.#begun.has(message.n)) await this.done(message.n)
    }
  }
  postpone() {}
  async room() {}
  idle() {
    return this.#begun.idle()
  }
  async sync() {}
  async close() {
    this.#isClosed = true
  }
  async discard() {
    this.#isClosed = true
  }
  #handOut(message: Received): Received {
    this.#out.set(message.n, { ...message, term: this.#term })
    return { ...message, term: this.#term }
  }
  #setAttempts(n: number, attempts: number) {
    const message = this.messages.get(n)
    if (message && !this.#isClosed) this.messages.set(n, { ...message, attempts })
  }
}

/** Stores an account and its messages for the lifetime of the process. */
export class MemoryJournalStore extends MemorySessionStore {
  journal = new MemoryJournal()
  /** Opens the journal as another process would. */
  async openJournal() {
    this.journal = Object.assign(new MemoryJournal(), structuredClone({ ...this.journal }))
    return this.journal
  }
  /** Copies the store as a kill at this moment would leave it. */
  async killed(): Promise<MemoryJournalStore> {
    const copy = Object.assign(new MemoryJournalStore(), { journal: structuredClone({ ...this.journal }) })
    for (const name of ['session', 'identities'] as const) await copy.save(name, (await this.load(name)) ?? '')
    return copy
  }
}

import { type Clock, startTimer } from '../../util/clock.js'

/** How long a message waits for the names of its conversation before it is delivered without them. */
export const NAME_WAIT_MS = 3_000

/** Maximum number of waiting messages; beyond it, messages are delivered without names. */
const MAX_WAITING = 1_000

/** Created once: creating an error with a stack trace for each conversation costs more than the wait itself. */
const DONE = new Error('No messages are waiting.')

interface PendingMessage {
  /** Names being requested. */
  names: Set<string>
  deliver(): void
}

/** The first waiting message of a conversation and all messages after it. */
interface Backlog {
  untilMs: number
  messages: PendingMessage[]
}

/**
 * Delays messages briefly until the names in their conversation are known. Preserves the order within each
 * conversation.
 */
export class NameWait {
  readonly #clock: Clock
  /** Monotonic: the system clock may change while messages are waiting. */
  readonly #elapsedMs: () => number
  readonly #backlogs = new Map<string, Backlog>()
  /** For each name, the conversations with messages waiting for it. */
  readonly #byName = new Map<string, Set<string>>()
  #size = 0
  #watch: AbortController | undefined

  constructor(clock: Clock) {
    this.#clock = clock
    this.#elapsedMs = startTimer(clock)
  }

  /** Delivers immediately if no name is missing and no earlier message in the conversation is waiting. */
  add(conversation: string, names: readonly string[], deliver: () => void): void {
    const isFull = this.#size >= MAX_WAITING
    if (isFull) this.#release(conversation)
    const backlog = this.#backlogs.get(conversation)
    if (!backlog && (names.length === 0 || isFull)) {
      deliver()
      return
    }
    const { messages } = backlog ?? this.#newBacklog(conversation)
    messages.push({ names: new Set(names), deliver })
    this.#size++
    for (const name of names) this.#byName.set(name, (this.#byName.get(name) ?? new Set()).add(conversation))
  }

  /** Delivers messages that were waiting only for these names. */
  settled(names: readonly string[]): void {
    for (const name of names) {
      const conversations = this.#byName.get(name)
      this.#byName.delete(name)
      for (const conversation of conversations ?? []) {
        const messages = this.#backlogs.get(conversation)?.messages ?? []
        for (const message of messages) message.names.delete(name)
        let ready = messages.findIndex((message) => message.names.size > 0)
        if (ready < 0) ready = messages.length
        this.#deliver(conversation, ready)
      }
    }
  }

  /** Delivers everything. */
  releaseAll(): void {
    for (const conversation of [...this.#backlogs.keys()]) this.#release(conversation)
  }

  #newBacklog(conversation: string): Backlog {
    const backlog: Backlog = { untilMs: this.#elapsedMs() + NAME_WAIT_MS, messages: [] }
    this.#backlogs.set(conversation, backlog)
    if (!this.#watch) void this.#watchTimeouts()
    return backlog
  }

  #release(conversation: string): void {
    const backlog = this.#backlogs.get(conversation)
    if (!backlog) return
    for (const name of backlog.messages.flatMap((message) => [...message.names])) {
      const conversations = this.#byName.get(name)
      conversations?.delete(conversation)
      if (conversations?.size === 0) this.#byName.delete(name)
    }
    this.#deliver(conversation, backlog.messages.length)
  }

  #deliver(conversation: string, count: number): void {
    const backlog = this.#backlogs.get(conversation)
    if (!backlog) return
    const ready = backlog.messages.splice(0, count)
    this.#size -= ready.length
    if (backlog.messages.length === 0) this.#backlogs.delete(conversation)
    if (this.#backlogs.size === 0) {
      this.#watch?.abort(DONE)
      this.#watch = undefined
    }
    for (const { deliver } of ready) deliver()
  }

  /** Releases conversations that have timed out. All have the same timeout, so the oldest is always due first. */
  async #watchTimeouts(): Promise<void> {
    const watch = new AbortController()
    this.#watch = watch
    while (!watch.signal.aborted) {
      const [first] = this.#backlogs
      if (!first) break
      const [conversation, { untilMs }] = first
      const waitMs = Math.min(NAME_WAIT_MS, untilMs - this.#elapsedMs())
      if (waitMs <= 0) this.#release(conversation)
      else await this.#clock.sleep(waitMs, watch.signal).catch(() => {})
    }
    if (this.#watch === watch) this.#watch = undefined
  }
}

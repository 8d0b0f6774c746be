import { type Clock, startTimer } from '../../util/clock.js'

/** A message waits so long for the names of its conversation; then it is delivered without them. */
export const NAME_WAIT_MS = 3_000

/** Messages that wait; one more is delivered without names. */
const MAX_WAITING = 1_000

/** Made once: an error with a stack for each conversation costs more than the wait. */
const DONE = new Error('No message waits.')

interface Waiting {
  /** Names that are being asked for. */
  names: Set<string>
  deliver(): void
}

/** The messages of one conversation, from the first that waits. */
interface Line {
  untilMs: number
  messages: Waiting[]
}

/** Keeps messages until the names of their conversation are known, for a short time: in order within a conversation. */
export class NameWait {
  readonly #clock: Clock
  /** Not the time of day: that may be set while messages wait. */
  readonly #elapsedMs: () => number
  readonly #lines = new Map<string, Line>()
  /** Conversations with messages that wait for a name. */
  readonly #byName = new Map<string, Set<string>>()
  #size = 0
  #watch: AbortController | undefined

  constructor(clock: Clock) {
    this.#clock = clock
    this.#elapsedMs = startTimer(clock)
  }

  /** Delivers now when nothing is missing and no earlier message of the conversation waits. */
  add(conversation: string, names: readonly string[], deliver: () => void): void {
    const isFull = this.#size >= MAX_WAITING
    if (isFull) this.#release(conversation)
    const line = this.#lines.get(conversation)
    if (!line && (names.length === 0 || isFull)) {
      deliver()
      return
    }
    const { messages } = line ?? this.#newLine(conversation)
    messages.push({ names: new Set(names), deliver })
    this.#size++
    for (const name of names) this.#byName.set(name, (this.#byName.get(name) ?? new Set()).add(conversation))
  }

  /** Delivers what waits for these names alone. */
  settled(names: readonly string[]): void {
    for (const name of names) {
      const conversations = this.#byName.get(name)
      this.#byName.delete(name)
      for (const conversation of conversations ?? []) {
        const messages = this.#lines.get(conversation)?.messages ?? []
        for (const message of messages) message.names.delete(name)
        let ready = messages.findIndex((message) => message.names.size > 0)
        if (ready < 0) ready = messages.length
        this.#deliver(conversation, ready)
      }
    }
  }

  /** Delivers everything. */
  releaseAll(): void {
    for (const conversation of [...this.#lines.keys()]) this.#release(conversation)
  }

  #newLine(conversation: string): Line {
    const line: Line = { untilMs: this.#elapsedMs() + NAME_WAIT_MS, messages: [] }
    this.#lines.set(conversation, line)
    if (!this.#watch) void this.#look()
    return line
  }

  #release(conversation: string): void {
    const line = this.#lines.get(conversation)
    if (!line) return
    for (const name of line.messages.flatMap((message) => [...message.names])) {
      const conversations = this.#byName.get(name)
      conversations?.delete(conversation)
      if (conversations?.size === 0) this.#byName.delete(name)
    }
    this.#deliver(conversation, line.messages.length)
  }

  #deliver(conversation: string, count: number): void {
    const line = this.#lines.get(conversation)
    if (!line) return
    const ready = line.messages.splice(0, count)
    this.#size -= ready.length
    if (line.messages.length === 0) this.#lines.delete(conversation)
    if (this.#lines.size === 0) {
      this.#watch?.abort(DONE)
      this.#watch = undefined
    }
    for (const { deliver } of ready) deliver()
  }

  /** Every conversation waits as long, so the first is the first whose time is up. */
  async #look(): Promise<void> {
    const watch = new AbortController()
    this.#watch = watch
    while (!watch.signal.aborted) {
      const [first] = this.#lines
      if (!first) break
      const [conversation, { untilMs }] = first
      const waitMs = Math.min(NAME_WAIT_MS, untilMs - this.#elapsedMs())
      if (waitMs <= 0) this.#release(conversation)
      else await this.#clock.sleep(waitMs, watch.signal).catch(() => {})
    }
    if (this.#watch === watch) this.#watch = undefined
  }
}

import type { Message } from '../../message/message.js'
import { type Clock, startTimer } from '../../util/clock.js'

/** Handlers that run longer than this are reported as slow. */
const SLOW_HANDLER_MS = 60_000

/** Created once: an error with a stack trace per message would cost more than the message. */
const DONE = new Error('No handler is running.')

interface SlowHandlersOptions {
  clock: Clock
  onSlow(message: Message, ms: number): void
}

/** Reports handlers that run for more than a minute, with one timer for all of them. */
export class SlowHandlers {
  readonly #options: SlowHandlersOptions
  readonly #elapsedMs: () => number
  /** Start times, oldest first. */
  readonly #running = new Map<Message, number>()
  #watch: AbortController | undefined

  constructor(options: SlowHandlersOptions) {
    this.#options = options
    this.#elapsedMs = startTimer(options.clock)
  }

  add(message: Message): void {
    this.#running.set(message, this.#elapsedMs())
    if (!this.#watch) void this.#watchRunning()
  }

  delete(message: Message): void {
    this.#running.delete(message)
    if (this.#running.size > 0) return
    this.#watch?.abort(DONE)
    this.#watch = undefined
  }

  async #watchRunning(): Promise<void> {
    const watch = new AbortController()
    this.#watch = watch
    while (!watch.signal.aborted) {
      const [oldest] = this.#running
      if (!oldest) break
      const [message, startedAtMs] = oldest
      const waitMs = startedAtMs + SLOW_HANDLER_MS - this.#elapsedMs()
      if (waitMs > 0) {
        await this.#options.clock.sleep(waitMs, watch.signal).catch(() => {})
      } else {
        this.#running.delete(message)
        this.#options.onSlow(message, SLOW_HANDLER_MS)
      }
    }
    if (this.#watch === watch) this.#watch = undefined
  }
}

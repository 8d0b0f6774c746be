import { AsyncLocalStorage } from 'node:async_hooks'
import type { Message } from '../message/message.js'
import type { Clock } from '../util/clock.js'
import { KeyedQueue } from '../util/keyed-queue.js'

/** Messages that wait in memory before the server is asked for no more. */
const MAX_WAITING = 10_000

/** A handler that runs longer is reported. */
const SLOW_HANDLER_MS = 60_000

/** An idle `next()` gives up after this. */
const IDLE_MS = 1_000

export interface DispatcherOptions {
  clock: Clock
  /** Frees a conversation whose handler runs longer; the handler itself cannot be stopped. Default: never. */
  handlerTimeoutMs?: number | undefined
  /** Handles one message; may reject. Resolves to whether somebody was registered for it. */
  handle(message: Message): Promise<boolean>
  onError(error: unknown, message: Message): void
  onSlow(message: Message, ms: number): void
}

/**
 * Holds received messages until somebody wants them, then hands them to their handlers: those of one conversation in
 * order, different conversations side by side.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #chats = new KeyedQueue()
  readonly #current = new AsyncLocalStorage<Message>()
  readonly #inFlight = new Map<Message, { handled: Promise<unknown>; excuse: () => void }>()
  #waiting: Message[] = []
  #isRunning = false
  /** Counts the sessions: what waits behind a handler of an earlier one means nothing in the next. */
  #generation = 0
  #wake: (() => void)[] = []

  constructor(options: DispatcherOptions) {
    this.#options = options
  }

  push(message: Message): void {
    if (this.#isRunning) this.#enqueue(message)
    else this.#waiting.push(message)
    this.#notify()
  }

  /** Hands over what waits, and from now on what comes. */
  start(): void {
    this.#isRunning = true
    for (const message of this.#waiting.splice(0)) this.#enqueue(message)
  }

  get isRunning(): boolean {
    return this.#isRunning
  }

  /** Hands over nothing more; what has not begun waits for the next `start`. */
  stop(): void {
    this.#isRunning = false
  }

  /** Forgets what waits. */
  clear(): void {
    this.#waiting = []
    this.#generation++
  }

  /** Handles one message, waiting up to a second for it. Resolves to whether one was handled. */
  async next(): Promise<boolean> {
    if (this.#waiting.length === 0) await this.#news(IDLE_MS)
    const message = this.#waiting.shift()
    if (!message) return false
    this.#notify()
    return this.#handle(message)
  }

  /** Resolves when fewer than 10,000 messages wait. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.#waiting.length + this.#chats.size >= MAX_WAITING) {
      signal.throwIfAborted()
      await new Promise<void>((resolve) => {
        this.#wake.push(resolve)
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
  }

  /** The message whose handler is calling, across `await`. */
  get current(): Message | undefined {
    return this.#current.getStore()
  }

  /** Nobody need wait for the handler that is calling: it may be waiting for them. */
  excuseCurrent(): void {
    if (this.current) this.#inFlight.get(this.current)?.excuse()
  }

  /** Resolves when every handler that has begun is done, excused, or over its time. */
  async settled(): Promise<void> {
    await Promise.all([...this.#inFlight.values()].map(({ handled }) => handled))
  }

  #enqueue(message: Message): void {
    const generation = this.#generation
    const handled = this.#chats.add(message.user.UserName, async () => {
      if (generation !== this.#generation) return
      if (this.#isRunning) await this.#handle(message)
      else this.#waiting.push(message)
    })
    // Only then is there room: the queue counts it until it is done.
    void handled.then(() => this.#notify())
  }

  async #handle(message: Message): Promise<boolean> {
    const { clock, handle, onError, onSlow, handlerTimeoutMs } = this.#options
    const done = new AbortController()
    const handled = this.#current
      .run(message, () => handle(message))
      .catch((error) => {
        onError(error, message)
        return true
      })
      .finally(() => {
        this.#inFlight.delete(message)
        done.abort()
      })
    let excuse = () => {}
    const excused = new Promise<void>((resolve) => {
      excuse = resolve
    })
    const freed =
      handlerTimeoutMs === undefined ? handled : Promise.race([handled, afterMs(clock, handlerTimeoutMs, done.signal)])
    this.#inFlight.set(message, { handled: Promise.race([freed, excused]), excuse })
    clock.sleep(SLOW_HANDLER_MS, done.signal).then(
      () => onSlow(message, SLOW_HANDLER_MS),
      () => {},
    )
    return freed
  }

  async #news(ms: number): Promise<void> {
    const done = new AbortController()
    const pushed = new Promise<void>((resolve) => this.#wake.push(resolve))
    await Promise.race([pushed, this.#options.clock.sleep(ms, done.signal).catch(() => {})])
    done.abort()
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}

/** Resolves to true after `ms`; never when the signal aborts first. */
function afterMs(clock: Clock, ms: number, signal: AbortSignal): Promise<true> {
  return new Promise((resolve) =>
    clock.sleep(ms, signal).then(
      () => resolve(true),
      () => {},
    ),
  )
}

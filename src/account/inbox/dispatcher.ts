import { StateError } from '../../errors.js'
import type { Message } from '../../message/message.js'
import type { TakenMessage } from '../../message/taken.js'
import type { Clock } from '../../util/clock.js'
import { KeyedQueue } from '../../util/keyed-queue.js'
import { raceSignal } from '../../util/race-signal.js'
import { currentHandled, detachUserCode, runInContext, runUserCode } from '../user-code.js'
import { RetryLane } from './retry-lane.js'
import { Taken } from './taken.js'

/** Number of messages waiting in memory at which fetching pauses. */
const MAX_WAITING = 10_000

/** Handlers that run longer than this are reported as slow. */
const SLOW_HANDLER_MS = 60_000

/** How long `next()` waits for a message. */
const IDLE_MS = 1_000

/** After this many interruptions by a process crash, the next attempt to handle a message runs alone. */
const ALONE_AFTER = 2

/** The delivery of one message, and how its outcome is recorded in the journal. */
export interface MessageDelivery {
  /** The conversation of the message. */
  chat: string
  /** How many times the process has crashed while the handler was running. */
  attempts: number
  /**
   * Called before the handler starts. Resolves to whether it may start: false if the message has been delivered again.
   *
   * @param isAlone whether no other handler is running
   */
  started(isAlone: boolean): Promise<boolean>
  /** Records the message as handled. Resolves to false if this can no longer be recorded. */
  done(): Promise<boolean>
  /** Records that the handler has ended while the program still holds the message. */
  held(): Promise<void>
  /** Requests that a held message be delivered again. */
  giveBack(): Promise<void>
}

/** A running handler. */
interface Running {
  /** Resolves when the handler has ended, timed out or been detached. */
  handled: Promise<unknown>
  /** Records the message as finished without waiting for the handler. */
  markFinished(): Promise<unknown> | undefined
  /** Keeps the message unfinished and lets its conversation continue. */
  take(): Taken
}

/** A message that is waiting for its handler. */
interface Pending {
  message: Message
  delivery: MessageDelivery | undefined
}

export interface DispatcherOptions {
  clock: Clock
  /**
   * Releases a conversation if its handler runs longer than this; the handler itself cannot be stopped. Default: no
   * timeout.
   */
  handlerTimeoutMs?: number | undefined
  /** Whether a session is receiving and not ending. If not, messages wait for the next session. */
  canDeliver(): boolean
  /**
   * Handles one message; may reject. Resolves to whether a handler or middleware was registered for it. If so, `begin`
   * is called first; it resolves to whether to continue.
   */
  handle(message: Message, begin: () => Promise<boolean>): Promise<boolean>
  onError(error: unknown, message: Message): void
  onSlow(message: Message, ms: number): void
}

/**
 * Holds received messages until `start` or `next` is called, then passes them to their handlers. Messages in one
 * conversation are handled in order; conversations are handled concurrently. Messages whose handlers were interrupted
 * by a process crash are retried one at a time, or alone.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #chats = new KeyedQueue()
  readonly #retries: RetryLane
  readonly #inFlight = new Map<Message, Running>()
  readonly #taken = new WeakMap<Message, Taken>()
  #waiting: Pending[] = []
  /** Messages queued in their conversations. */
  readonly #queued = new Set<Pending>()
  #isRunning = false
  /** Incremented per session, so that messages queued behind a handler from an earlier session are dropped. */
  #generation = 0
  #wake: (() => void)[] = []

  constructor(options: DispatcherOptions) {
    this.#options = options
    this.#retries = new RetryLane(options.clock)
  }

  push(message: Message, delivery?: MessageDelivery): void {
    if (this.#isRunning) this.#enqueue({ message, delivery })
    else this.#waiting.push({ message, delivery })
    this.#notify()
  }

  /** Delivers pending messages, and new ones from now on. Does nothing unless a session is receiving. */
  start(): void {
    if (!this.#options.canDeliver()) return
    this.#isRunning = true
    for (const pending of this.#waiting.splice(0)) this.#enqueue(pending)
  }

  get isRunning(): boolean {
    return this.#isRunning
  }

  /** Stops delivering. Messages whose handlers have not started wait for the next `start`. */
  stop(): void {
    this.#isRunning = false
  }

  /** Removes all pending messages and returns those that are not in a journal. */
  clear(): Message[] {
    const unrecorded = [...this.#queued, ...this.#waiting].flatMap(({ message, delivery }) => (delivery ? [] : message))
    this.#waiting = []
    this.#queued.clear()
    this.#generation++
    return unrecorded
  }

  /**
   * Handles one message, waiting for it for up to a second. Resolves to whether a message was handled. Rejects with the
   * signal's reason if it aborts; a message that has not been removed from the queue stays pending.
   */
  async next(signal?: AbortSignal): Promise<boolean> {
    const { canDeliver } = this.#options
    signal?.throwIfAborted()
    if (this.#waiting.length === 0 || !canDeliver()) await this.#waitForPush(IDLE_MS, signal)
    signal?.throwIfAborted()
    const pending = canDeliver() ? this.#waiting.shift() : undefined
    if (!pending) return false
    this.#notify()
    return raceSignal(
      this.#schedule(pending, () => this.#handle(pending)),
      signal,
    )
  }

  /** Resolves when fewer than 10,000 messages are waiting. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.#size >= MAX_WAITING) await raceSignal(new Promise<void>((resolve) => this.#wake.push(resolve)), signal)
  }

  /** The message that the calling handler is processing, tracked across `await`. */
  get current(): Message | undefined {
    const handled = currentHandled()
    return handled?.by === this ? handled.message : undefined
  }

  /**
   * Runs work caused by a received message. Directives sent by the work, or by listeners that it calls, follow the rule
   * for handlers.
   */
  runInContext<T>(message: Message | undefined, work: () => T): T {
    return runInContext({ message, by: this }, work)
  }

  /** Stops waiting for the calling handler, because the handler may be waiting for this call. */
  detachCurrent(): void {
    const { current } = this
    // The handler is ending the session, and would end it again if the message were redelivered.
    if (current) void this.#inFlight.get(current)?.markFinished()
    detachUserCode()
  }

  /**
   * Takes a message, so that it stays unfinished after its handler has ended.
   *
   * @throws StateError if its handler has already ended
   */
  take(message: Message): TakenMessage {
    const taken = this.#taken.get(message) ?? this.#inFlight.get(message)?.take()
    if (taken) return taken
    throw new StateError('take: the handler for this message has ended. Call msg.take() while the handler is running.')
  }

  /** Resolves when every started handler has ended, timed out or been detached. */
  async settled(): Promise<void> {
    await Promise.all([...this.#inFlight.values()].map(({ handled }) => handled))
  }

  /** Records the messages of running handlers as finished, without waiting for them. Taken messages stay unfinished. */
  async abandon(): Promise<void> {
    await Promise.all([...this.#inFlight.values()].map(({ markFinished }) => markFinished()))
  }

  get #size(): number {
    return this.#waiting.length + this.#chats.size
  }

  #enqueue(pending: Pending): void {
    const generation = this.#generation
    this.#queued.add(pending)
    const begin = async (isAlone: boolean) => {
      this.#queued.delete(pending)
      if (generation !== this.#generation) return
      if (this.#isRunning) await this.#handle(pending, isAlone)
      else this.#waiting.push(pending)
    }
    const chat = pending.delivery?.chat ?? pending.message.user.UserName
    const handled = this.#chats.add(chat, () => this.#schedule(pending, begin))
    // Until then, the queue still counts the message.
    void handled.then(() => this.#notify())
  }

  /** Runs immediately, unless the message was interrupted before or another message is being retried alone. */
  #schedule<T>({ delivery }: Pending, run: (isAlone: boolean) => Promise<T>): Promise<T> {
    const attempts = delivery?.attempts ?? 0
    if (attempts >= ALONE_AFTER) return this.#retries.runAlone(() => this.settled(), run)
    if (attempts > 0) return this.#retries.runStaggered(() => this.#retries.runAfterHold(run))
    return this.#retries.isHolding ? this.#retries.runAfterHold(run) : run(false)
  }

  /**
   * Errors and reports about the message are also emitted in its context, because listeners may send messages in
   * response.
   */
  #handle(pending: Pending, isAlone = false): Promise<boolean> {
    return this.runInContext(pending.message, () => this.#handleInContext(pending, isAlone))
  }

  async #handleInContext({ message, delivery }: Pending, isAlone: boolean): Promise<boolean> {
    const { clock, handle, onError, onSlow, handlerTimeoutMs } = this.#options
    const done = new AbortController()
    const attempt = (step?: Promise<unknown>) => step?.catch((error) => onError(error, message))
    let taken: Taken | undefined
    let release = () => {}
    const isTaken = new Promise<true>((resolve) => {
      release = () => resolve(true)
    })
    const end = () => attempt(taken ? taken.hold() : delivery?.done())
    let mayHandle = true
    let hasBegun = false
    const begin = async () => {
      // The message is handled even if its start cannot be recorded.
      mayHandle = (await attempt(delivery?.started(isAlone))) !== false
      hasBegun = mayHandle
      return mayHandle
    }
    const { finished, detached } = runUserCode(() => handle(message, begin))
    const handled = finished
      .catch((error) => {
        onError(error, message)
        return true
      })
      .finally(async () => {
        done.abort()
        if (mayHandle) await end()
        // If the message was given back, its handler may already be running again.
        if (this.#inFlight.get(message) === running) this.#inFlight.delete(message)
      })
    const released =
      handlerTimeoutMs === undefined ? handled : Promise.race([handled, afterMs(clock, handlerTimeoutMs, done.signal)])
    const running: Running = {
      handled: Promise.race([released, detached]),
      markFinished: () => (hasBegun ? end() : undefined),
      take: () => {
        taken = new Taken({ delivery, giveBack: () => this.#redeliver(message, delivery) })
        this.#taken.set(message, taken)
        release()
        return taken
      },
    }
    this.#inFlight.set(message, running)
    clock.sleep(SLOW_HANDLER_MS, done.signal).then(
      () => taken ?? onSlow(message, SLOW_HANDLER_MS),
      () => {},
    )
    // A message retried alone holds back all others until its handler has ended, so that a crash has only one possible
    // cause.
    return isAlone ? released : Promise.race([released, isTaken])
  }

  /** Delivers a message again: from the journal if it is recorded there. */
  #redeliver(message: Message, delivery: MessageDelivery | undefined): void {
    this.#taken.delete(message)
    if (delivery) delivery.giveBack().catch((error) => this.#options.onError(error, message))
    else this.push(message)
  }

  async #waitForPush(ms: number, signal?: AbortSignal): Promise<void> {
    const done = new AbortController()
    const pushed = new Promise<void>((resolve) => this.#wake.push(resolve))
    const sleep = AbortSignal.any([done.signal, ...(signal ? [signal] : [])])
    await Promise.race([pushed, this.#options.clock.sleep(ms, sleep).catch(() => {})])
    done.abort()
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}

/** Resolves to true after `ms`. Never resolves if the signal aborts first. */
function afterMs(clock: Clock, ms: number, signal: AbortSignal): Promise<true> {
  return new Promise((resolve) =>
    clock.sleep(ms, signal).then(
      () => resolve(true),
      () => {},
    ),
  )
}

import { StateError } from '../../errors.js'
import type { Message } from '../../message/message.js'
import type { TakenMessage } from '../../message/taken.js'
import { type Clock, callAfter } from '../../util/clock.js'
import { KeyedQueue } from '../../util/keyed-queue.js'
import { andThen, isPromise, type MaybePromise } from '../../util/maybe-promise.js'
import { raceSignal } from '../../util/race-signal.js'
import { currentHandled, detachUserCode, type Handled, runInContext } from '../user-code.js'
import { HandlerRun } from './handler-run.js'
import type { MessageDelivery } from './message-delivery.js'
import { RetryLane } from './retry-lane.js'
import { SlowHandlers } from './slow-handlers.js'

/** Number of messages waiting in memory at which fetching pauses. */
const MAX_WAITING = 10_000

/** How long `next()` waits for a message. */
const IDLE_MS = 1_000

/** After this many interruptions by a process crash, the next attempt to handle a message runs alone. */
const ALONE_AFTER = 2

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
   * Handles one message; may throw or reject. Returns whether a handler or middleware was registered for it. If so, `begin`
   * is called first; it returns whether to continue.
   */
  handle(message: Message, begin: () => MaybePromise<boolean>): MaybePromise<boolean>
  /**
   * Called when a handler starts. The returned callback is called once: when the handler has ended, has taken its message
   * or has timed out, or when the session ends. Default: nothing.
   */
  onStarted?(message: Message): () => void
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
  /** It counts a message until its handler has ended. */
  readonly #chats = new KeyedQueue(() => this.#notify())
  readonly #retries: RetryLane
  readonly #slow: SlowHandlers
  readonly #inFlight = new Map<Message, HandlerRun>()
  readonly #taken = new WeakMap<Message, TakenMessage>()
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
    const { clock } = options
    this.#slow = new SlowHandlers({ clock, onSlow: (message, ms) => this.#reportSlow(message, ms) })
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
    return raceSignal(Promise.resolve(this.#schedule(pending, () => this.#handle(pending))), signal)
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
    if (taken) {
      this.#taken.set(message, taken)
      return taken
    }
    throw new StateError('take: the handler for this message has ended. Call msg.take() while the handler is running.')
  }

  /** Resolves when every started handler has ended, timed out or been detached. */
  async settled(): Promise<void> {
    await Promise.all([...this.#inFlight.values()].map(({ settled }) => settled.opened))
  }

  /** Records the messages of running handlers as finished, without waiting for them. Taken messages stay unfinished. */
  async abandon(): Promise<void> {
    await Promise.all([...this.#inFlight.values()].map((run) => run.markFinished()))
  }

  get #size(): number {
    return this.#waiting.length + this.#chats.size
  }

  #enqueue(pending: Pending): void {
    const generation = this.#generation
    this.#queued.add(pending)
    const begin = (isAlone: boolean): MaybePromise<unknown> => {
      this.#queued.delete(pending)
      if (generation !== this.#generation) return undefined
      if (this.#isRunning) return this.#handle(pending, isAlone)
      this.#waiting.push(pending)
      return undefined
    }
    const chat = pending.delivery?.chat ?? pending.message.user.UserName
    this.#chats.add(chat, () => this.#schedule(pending, begin))
  }

  /** Runs immediately, unless the message was interrupted before or another message is being retried alone. */
  #schedule<T>({ delivery }: Pending, run: (isAlone: boolean) => MaybePromise<T>): MaybePromise<T> {
    const attempts = delivery?.attempts ?? 0
    if (attempts === 0 && !this.#retries.isHolding) return run(false)
    const later = async (isAlone: boolean) => run(isAlone)
    if (attempts >= ALONE_AFTER) return this.#retries.runAlone(() => this.settled(), later)
    if (attempts > 0) return this.#retries.runStaggered(() => this.#retries.runAfterHold(later))
    return this.#retries.runAfterHold(later)
  }

  /**
   * Errors and reports about the message are also emitted in its context, because listeners may send messages in
   * response.
   */
  #handle({ message, delivery }: Pending, isAlone = false): MaybePromise<boolean> {
    const { onError, onStarted } = this.#options
    const run = new HandlerRun({
      message,
      delivery,
      isAlone,
      onError: (error) => onError(error, message),
      onStarted: onStarted && (() => onStarted(message)),
      giveBack: () => this.#redeliver(message, delivery),
    })
    const handled: Handled = { message, by: this }
    return runInContext(
      handled,
      () => this.#run(run, message, isAlone),
      () => {
        run.leave()
        run.settled.open()
      },
    )
  }

  /** A synchronous handler costs no promise: on Node 20, each promise is expensive once asynchronous context is in use. */
  #run(run: HandlerRun, message: Message, isAlone: boolean): MaybePromise<boolean> {
    const { handle, onError, clock, handlerTimeoutMs } = this.#options
    this.#inFlight.set(message, run)
    const failed = (error: unknown) => {
      onError(error, message)
      return true
    }
    let result: MaybePromise<boolean>
    try {
      result = handle(message, () => run.begin())
    } catch (error) {
      result = failed(error)
    }
    if (!isPromise(result)) {
      const recorded = this.#end(run, message)
      return isAlone ? andThen(recorded, () => true) : result
    }
    this.#slow.add(message)
    const timedOut = () => {
      run.leave()
      run.released.open(true)
      run.settled.open()
    }
    const cancelTimeout = handlerTimeoutMs === undefined ? undefined : callAfter(clock, handlerTimeoutMs, timedOut)
    result.catch(failed).then(async (isHandled) => {
      cancelTimeout?.()
      this.#slow.delete(message)
      const recorded = this.#end(run, message)
      if (isAlone) await recorded
      run.released.open(isHandled)
    })
    return run.released.opened
  }

  /**
   * Records the end of a handler. `settled` waits for the record; the next message of the conversation does not, because the
   * record of its start is written after it.
   */
  #end(run: HandlerRun, message: Message): MaybePromise<unknown> {
    const forget = () => {
      run.settled.open()
      // A message that was given back may already be handled again.
      if (this.#inFlight.get(message) === run) this.#inFlight.delete(message)
    }
    return andThen(run.end(), forget)
  }

  #reportSlow(message: Message, ms: number): void {
    const run = this.#inFlight.get(message)
    if (run && !run.isTaken) this.runInContext(message, () => this.#options.onSlow(message, ms))
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

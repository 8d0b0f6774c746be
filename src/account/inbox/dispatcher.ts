import { StateError } from '../../errors.js'
import type { Message } from '../../message/message.js'
import type { TakenMessage } from '../../message/taken.js'
import type { Clock } from '../../util/clock.js'
import { KeyedQueue } from '../../util/keyed-queue.js'
import { raceSignal } from '../../util/race-signal.js'
import { currentHandled, detachUserCode, runInContext, runUserCode } from '../user-code.js'
import { RetryLane } from './retry-lane.js'
import { Taken } from './taken.js'

/** Messages waiting in memory at which fetching pauses. */
const MAX_WAITING = 10_000

/** Handlers that run longer are reported. */
const SLOW_HANDLER_MS = 60_000

/** How long `next()` waits for a message. */
const IDLE_MS = 1_000

/** Interruptions of a handler by a crash of the process, after which the next try runs alone. */
const ALONE_AFTER = 2

/** The delivery of one message, and how its outcome is recorded in the journal. */
export interface MessageDelivery {
  /** Its conversation. */
  chat: string
  /** How often a process crashed while its handler ran. */
  attempts: number
  /**
   * Called before its handler starts. Resolves to whether it may start; false when the message was delivered again meanwhile.
   *
   * @param isAlone no other handler runs
   */
  started(isAlone: boolean): Promise<boolean>
  /** Records the message as handled. Resolves to false when that can no longer be recorded. */
  done(): Promise<boolean>
  /** Records that its handler has ended while the program holds the message. */
  held(): Promise<void>
  /** Requests another delivery of a held message. */
  giveBack(): Promise<void>
}

/** A running handler. */
interface Running {
  /** Resolves when the wait for it ends. */
  handled: Promise<unknown>
  /** Records the message as finished without waiting for the handler. */
  markFinished(): Promise<unknown> | undefined
  /** Keeps its message unfinished, and lets its conversation continue. */
  take(): Taken
}

/** A message that waits for its handler. */
interface Pending {
  message: Message
  delivery: MessageDelivery | undefined
}

export interface DispatcherOptions {
  clock: Clock
  /** Releases a conversation whose handler runs longer; the handler itself cannot be stopped. Default: never. */
  handlerTimeoutMs?: number | undefined
  /** Whether a session receives and is not ending; otherwise messages wait for the next session. */
  canDeliver(): boolean
  /**
   * Handles one message; may reject. Resolves to whether a handler or middleware was registered for it; if so, `begin` is called
   * first, and resolves to whether to continue.
   */
  handle(message: Message, begin: () => Promise<boolean>): Promise<boolean>
  onError(error: unknown, message: Message): void
  onSlow(message: Message, ms: number): void
}

/**
 * Holds received messages until `start` or `next`, then passes them to their handlers: messages of one conversation in
 * order, conversations concurrently. Messages that ended the process before are tried one by one, or alone.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #chats = new KeyedQueue()
  readonly #retries: RetryLane
  readonly #inFlight = new Map<Message, Running>()
  readonly #taken = new WeakMap<Message, Taken>()
  #waiting: Pending[] = []
  /** Messages behind another of the same conversation. */
  readonly #queued = new Set<Pending>()
  #isRunning = false
  /** Incremented per session: messages queued behind a handler of an earlier session are dropped. */
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

  /** Delivers pending messages, and new ones from now on. Does nothing without a receiving session. */
  start(): void {
    if (!this.#options.canDeliver()) return
    this.#isRunning = true
    for (const pending of this.#waiting.splice(0)) this.#enqueue(pending)
  }

  get isRunning(): boolean {
    return this.#isRunning
  }

  /** Stops delivering; messages whose handler has not started wait for the next `start`. */
  stop(): void {
    this.#isRunning = false
  }

  /** Removes pending messages; returns those that are not in a journal. */
  clear(): Message[] {
    const unrecorded = [...this.#queued, ...this.#waiting].flatMap(({ message, delivery }) => (delivery ? [] : message))
    this.#waiting = []
    this.#queued.clear()
    this.#generation++
    return unrecorded
  }

  /**
   * Handles one message, waiting up to a second for it. Resolves to whether one was handled. Rejects with the signal's reason
   * when that aborts; a message that was not taken yet stays pending.
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

  /** Resolves when fewer than 10,000 messages wait. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.#size >= MAX_WAITING) await raceSignal(new Promise<void>((resolve) => this.#wake.push(resolve)), signal)
  }

  /** The message whose handler is the caller, across `await`. */
  get current(): Message | undefined {
    const handled = currentHandled()
    return handled?.by === this ? handled.message : undefined
  }

  /** Runs work caused by a received message. In it and in the listeners it calls, directives follow the rule for handlers. */
  runInContext<T>(message: Message | undefined, work: () => T): T {
    return runInContext({ message, by: this }, work)
  }

  /** Stops waiting for the calling handler, which may be waiting for its caller. */
  detachCurrent(): void {
    const { current } = this
    // Its message requested the end of the session, and would do so again if it were delivered again.
    if (current) void this.#inFlight.get(current)?.markFinished()
    detachUserCode()
  }

  /**
   * Keeps a message unfinished while its handler runs.
   *
   * @throws StateError when its handler has ended
   */
  take(message: Message): TakenMessage {
    const taken = this.#taken.get(message) ?? this.#inFlight.get(message)?.take()
    if (taken) return taken
    throw new StateError('take: the handler of this message has ended. Call msg.take() while it runs.')
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
    // The queue counts the message until then.
    void handled.then(() => this.#notify())
  }

  /** Runs at once, unless the message was interrupted before or another one is tried alone. */
  #schedule<T>({ delivery }: Pending, run: (isAlone: boolean) => Promise<T>): Promise<T> {
    const attempts = delivery?.attempts ?? 0
    if (attempts >= ALONE_AFTER) return this.#retries.runAlone(() => this.settled(), run)
    if (attempts > 0) return this.#retries.runStaggered(() => this.#retries.runAfterHold(run))
    return this.#retries.isHolding ? this.#retries.runAfterHold(run) : run(false)
  }

  /** Errors and reports of the message are emitted in its context, too, as listeners may send because of it. */
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
      // A start that cannot be recorded does not prevent handling.
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
        // A message that was given back may have started again.
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
    // A message tried alone holds back the others until its handler has ended, so that a crash has one possible cause.
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

/** Resolves to true after `ms`; never when the signal aborts first. */
function afterMs(clock: Clock, ms: number, signal: AbortSignal): Promise<true> {
  return new Promise((resolve) =>
    clock.sleep(ms, signal).then(
      () => resolve(true),
      () => {},
    ),
  )
}

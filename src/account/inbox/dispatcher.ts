import { StateError } from '../../errors.js'
import type { Message } from '../../message/message.js'
import type { TakenMessage } from '../../message/taken.js'
import type { Clock } from '../../util/clock.js'
import { KeyedQueue } from '../../util/keyed-queue.js'
import { raceSignal } from '../../util/race-signal.js'
import { currentHandled, detachUserCode, runInContext, runUserCode } from '../user-code.js'
import { RetryLane } from './retry-lane.js'
import { Taken } from './taken.js'

/** Messages that wait in memory before nothing more is fetched. */
const MAX_WAITING = 10_000

/** A handler that runs longer is reported. */
const SLOW_HANDLER_MS = 60_000

/** An idle `next()` gives up after this. */
const IDLE_MS = 1_000

/** A handler was interrupted so often by the death of the process that the next try is made alone. */
const ALONE_AFTER = 2

/** One message on its way to its handler, and how the journal records what becomes of it. */
export interface MessageDelivery {
  /** Its conversation. */
  chat: string
  /** How often its handler was begun by a process that died. */
  attempts: number
  /**
   * Its handler is about to begin; resolves to whether it may: it may have been handed on again.
   *
   * @param isAlone no other handler runs
   */
  started(isAlone: boolean): Promise<boolean>
  /** It is handled. Resolves to false when that can no longer be recorded. */
  done(): Promise<boolean>
  /** Its handler is over, and the program keeps it. */
  held(): Promise<void>
  /** A held message is to be pushed again. */
  giveBack(): Promise<void>
}

/** A handler that runs. */
interface Running {
  /** Resolves when it is not waited for any longer. */
  handled: Promise<unknown>
  /** Records that it is over: it is not waited for. */
  markOver(): Promise<unknown> | undefined
  /** Its message stays unfinished, and its conversation goes on. */
  take(): Taken
}

/** A message on its way to its handler. */
interface Waiting {
  message: Message
  delivery: MessageDelivery | undefined
}

export interface DispatcherOptions {
  clock: Clock
  /** Frees a conversation whose handler runs longer; the handler itself cannot be stopped. Default: never. */
  handlerTimeoutMs?: number | undefined
  /** A session receives and is not being ended: otherwise what waits is kept for the next. */
  mayHandOver(): boolean
  /**
   * Handles one message; may reject. Resolves to whether a handler or middleware was registered for it; then `begin` is called
   * first, and resolves to whether to go on.
   */
  handle(message: Message, begin: () => Promise<boolean>): Promise<boolean>
  onError(error: unknown, message: Message): void
  onSlow(message: Message, ms: number): void
}

/**
 * Holds received messages until `start` or `next`, then hands them to their handlers: those of one conversation in
 * order, different conversations side by side. Messages that ended the process before are tried one by one, or alone.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #chats = new KeyedQueue()
  readonly #retries: RetryLane
  readonly #inFlight = new Map<Message, Running>()
  readonly #taken = new WeakMap<Message, Taken>()
  #waiting: Waiting[] = []
  /** Behind another of the same conversation. */
  readonly #queued = new Set<Waiting>()
  #isRunning = false
  /** Counts the sessions: what waits behind a handler of an earlier one means nothing in the next. */
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

  /** Hands over what waits, and from now on what comes. Does nothing while nothing may be handed over. */
  start(): void {
    if (!this.#options.mayHandOver()) return
    this.#isRunning = true
    for (const waiting of this.#waiting.splice(0)) this.#enqueue(waiting)
  }

  get isRunning(): boolean {
    return this.#isRunning
  }

  /** Hands over nothing more; what has not begun waits for the next `start`. */
  stop(): void {
    this.#isRunning = false
  }

  /** Forgets what waits; returns what is kept nowhere else. */
  clear(): Message[] {
    const waiting = [...this.#queued, ...this.#waiting].flatMap(({ message, delivery }) => (delivery ? [] : message))
    this.#waiting = []
    this.#queued.clear()
    this.#generation++
    return waiting
  }

  /**
   * Handles one message, waiting up to a second for it. Resolves to whether one was handled; rejects with the signal's reason
   * when that aborts: before a message was taken, none is.
   */
  async next(signal?: AbortSignal): Promise<boolean> {
    const { mayHandOver } = this.#options
    signal?.throwIfAborted()
    if (this.#waiting.length === 0 || !mayHandOver()) await this.#changes(IDLE_MS, signal)
    signal?.throwIfAborted()
    const waiting = mayHandOver() ? this.#waiting.shift() : undefined
    if (!waiting) return false
    this.#notify()
    return raceSignal(
      this.#whenItMay(waiting, () => this.#handle(waiting)),
      signal,
    )
  }

  /** Resolves when fewer than 10,000 messages wait. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.#size >= MAX_WAITING) await raceSignal(new Promise<void>((resolve) => this.#wake.push(resolve)), signal)
  }

  /** The message whose handler is calling, across `await`. */
  get current(): Message | undefined {
    const handled = currentHandled()
    return handled?.by === this ? handled.message : undefined
  }

  /** Runs what happens because of something received: in it, and in the listeners it calls, texts send files by the handlers' rule. */
  runInContext<T>(message: Message | undefined, work: () => T): T {
    return runInContext({ message, by: this }, work)
  }

  /** Stops waiting for the handler that is calling: it may be waiting for its caller. */
  detachCurrent(): void {
    const { current } = this
    // It asked for the end: coming again, it would ask again.
    if (current) void this.#inFlight.get(current)?.markOver()
    detachUserCode()
  }

  /**
   * Keeps a message unfinished whose handler runs.
   *
   * @throws StateError when its handler is over
   */
  take(message: Message): TakenMessage {
    const taken = this.#taken.get(message) ?? this.#inFlight.get(message)?.take()
    if (taken) return taken
    throw new StateError('take: the handler of this message is over; call msg.take() while it runs.')
  }

  /** Resolves when every handler that has begun is done, detached, or over its time. */
  async settled(): Promise<void> {
    await Promise.all([...this.#inFlight.values()].map(({ handled }) => handled))
  }

  /** Records as over what handlers still do: the program ends without waiting for them. What they have taken is not done. */
  async abandon(): Promise<void> {
    await Promise.all([...this.#inFlight.values()].map(({ markOver }) => markOver()))
  }

  get #size(): number {
    return this.#waiting.length + this.#chats.size
  }

  #enqueue(waiting: Waiting): void {
    const generation = this.#generation
    this.#queued.add(waiting)
    const begin = async (isAlone: boolean) => {
      this.#queued.delete(waiting)
      if (generation !== this.#generation) return
      if (this.#isRunning) await this.#handle(waiting, isAlone)
      else this.#waiting.push(waiting)
    }
    const chat = waiting.delivery?.chat ?? waiting.message.user.UserName
    const handled = this.#chats.add(chat, () => this.#whenItMay(waiting, begin))
    // Only then is there room: the queue counts it until it is done.
    void handled.then(() => this.#notify())
  }

  /** Runs at once, but for what was interrupted before, and while something is tried alone. */
  #whenItMay<T>({ delivery }: Waiting, run: (isAlone: boolean) => Promise<T>): Promise<T> {
    const attempts = delivery?.attempts ?? 0
    if (attempts >= ALONE_AFTER) return this.#retries.alone(() => this.settled(), run)
    if (attempts > 0) return this.#retries.oneByOne(() => this.#retries.notHeld(run))
    return this.#retries.isHolding ? this.#retries.notHeld(run) : run(false)
  }

  /** Errors and reports of the message are events in its context, too: what a listener sends is sent because of it. */
  #handle(waiting: Waiting, isAlone = false): Promise<boolean> {
    return this.runInContext(waiting.message, () => this.#handleInContext(waiting, isAlone))
  }

  async #handleInContext({ message, delivery }: Waiting, isAlone: boolean): Promise<boolean> {
    const { clock, handle, onError, onSlow, handlerTimeoutMs } = this.#options
    const done = new AbortController()
    const note = (step?: Promise<unknown>) => step?.catch((error) => onError(error, message))
    let taken: Taken | undefined
    let free = () => {}
    const isTaken = new Promise<true>((resolve) => {
      free = () => resolve(true)
    })
    const end = () => note(taken ? taken.hold() : delivery?.done())
    let isMine = true
    let hasBegun = false
    const begin = async () => {
      // What cannot be noted is handled all the same.
      isMine = (await note(delivery?.started(isAlone))) !== false
      hasBegun = isMine
      return isMine
    }
    const { finished, detached } = runUserCode(() => handle(message, begin))
    const handled = finished
      .catch((error) => {
        onError(error, message)
        return true
      })
      .finally(async () => {
        done.abort()
        if (isMine) await end()
        // Given back, it may have begun again.
        if (this.#inFlight.get(message) === running) this.#inFlight.delete(message)
      })
    const freed =
      handlerTimeoutMs === undefined ? handled : Promise.race([handled, afterMs(clock, handlerTimeoutMs, done.signal)])
    const running: Running = {
      handled: Promise.race([freed, detached]),
      markOver: () => (hasBegun ? end() : undefined),
      take: () => {
        taken = new Taken({ delivery, giveBack: () => this.#pushAgain(message, delivery) })
        this.#taken.set(message, taken)
        free()
        return taken
      },
    }
    this.#inFlight.set(message, running)
    clock.sleep(SLOW_HANDLER_MS, done.signal).then(
      () => taken ?? onSlow(message, SLOW_HANDLER_MS),
      () => {},
    )
    // Tried alone, it keeps the others waiting until its handler is over: only then it is known as the cause.
    return isAlone ? freed : Promise.race([freed, isTaken])
  }

  /** Hands on again what was given back: it is read anew where it is recorded. */
  #pushAgain(message: Message, delivery: MessageDelivery | undefined): void {
    this.#taken.delete(message)
    if (delivery) delivery.giveBack().catch((error) => this.#options.onError(error, message))
    else this.push(message)
  }

  async #changes(ms: number, signal?: AbortSignal): Promise<void> {
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

import type { Message } from '../../message/message.js'
import type { TakenMessage } from '../../message/taken.js'
import { Gate } from '../../util/gate.js'
import { andThen, isPromise, type MaybePromise } from '../../util/maybe-promise.js'
import type { MessageDelivery } from './message-delivery.js'
import { Taken } from './taken.js'

interface HandlerRunOptions {
  message: Message
  delivery: MessageDelivery | undefined
  /** Whether no other handler may start while this one runs. */
  isAlone: boolean
  onError(error: unknown): void
  /** Called when the handler starts. The returned callback is called when it has ended or is not awaited any longer. */
  onStarted?: (() => () => void) | undefined
  /** Delivers the message again. */
  giveBack(): void
}

/** One run of a handler: its records in the journal, and the waits for its end. */
export class HandlerRun {
  readonly #options: HandlerRunOptions
  /** Opens when the conversation may continue, with whether a handler was registered. */
  readonly released = new Gate<boolean>()
  /** Opens when `close` and `logout` need not wait for it any longer. */
  readonly settled = new Gate<void>()
  #taken: Taken | undefined
  /** Whether the journal refused the start, because another run has the message. */
  #isRefused = false
  #hasBegun = false
  #hasEnded = false
  #onEnded: (() => void) | undefined

  constructor(options: HandlerRunOptions) {
    this.#options = options
  }

  /** Records the start. Returns whether the handler may start; a failure to record it does not prevent that. */
  begin(): MaybePromise<boolean> {
    const { delivery, isAlone } = this.#options
    this.#hasBegun = true
    if (!delivery) return this.#start()
    return andThen(
      this.#attempt(() => delivery.started(isAlone)),
      (isStarted) => {
        this.#isRefused = isStarted === false
        this.#hasBegun = !this.#isRefused
        return this.#hasBegun && this.#start()
      },
    )
  }

  #start(): true {
    if (!this.#hasEnded) this.#onEnded = this.#try(this.#options.onStarted)
    return true
  }

  /** Reports that the handler has ended or is not awaited any longer. */
  leave(): void {
    this.#hasEnded = true
    this.#try(this.#onEnded)
    this.#onEnded = undefined
  }

  /** Records the end. */
  end(): MaybePromise<unknown> {
    this.leave()
    if (this.#isRefused) return undefined
    const { delivery } = this.#options
    const taken = this.#taken
    if (taken) return this.#attempt(() => taken.hold())
    return delivery && this.#attempt(() => delivery.done())
  }

  /** Records the message as finished without waiting for the handler. */
  markFinished(): MaybePromise<unknown> {
    return this.#hasBegun ? this.end() : undefined
  }

  /** Keeps the message unfinished, and lets its conversation continue. */
  take(): TakenMessage {
    const { delivery, isAlone, giveBack } = this.#options
    this.#taken = new Taken({ delivery, giveBack })
    this.leave()
    // A message retried alone holds back all others until its handler has ended, so that a crash has only one possible
    // cause.
    if (!isAlone) this.released.open(true)
    return this.#taken
  }

  get isTaken(): boolean {
    return this.#taken !== undefined
  }

  #try<T>(step: (() => T) | undefined): T | undefined {
    try {
      return step?.()
    } catch (error) {
      this.#options.onError(error)
      return undefined
    }
  }

  #attempt<T>(step: () => MaybePromise<T>): MaybePromise<T | undefined> {
    const failed = (error: unknown): undefined => {
      this.#options.onError(error)
    }
    try {
      const result = step()
      return isPromise(result) ? Promise.resolve(result).catch(failed) : result
    } catch (error) {
      return failed(error)
    }
  }
}

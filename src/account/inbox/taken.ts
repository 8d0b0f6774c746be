import { StateError } from '../../errors.js'
import type { TakenMessage } from '../../message/taken.js'
import type { MessageDelivery } from './message-delivery.js'

interface TakenOptions {
  /** `undefined` if the message is only in memory. */
  delivery: Pick<MessageDelivery, 'done' | 'held'> | undefined
  /** Delivers the message again; called once its handler has ended. */
  giveBack(): void
}

/** A message that its handler has taken, until `done` or `giveBack` is called. */
export class Taken implements TakenMessage {
  readonly #options: TakenOptions
  #done: Promise<void> | undefined
  #isGivenBack = false
  #hasHandlerEnded = false
  #isHeld = false

  constructor(options: TakenOptions) {
    this.#options = options
  }

  done(): Promise<void> {
    if (this.#isGivenBack) return Promise.resolve()
    this.#done ??= this.#markDone()
    return this.#done
  }

  giveBack(): void {
    if (this.#done || this.#isGivenBack) return
    this.#isGivenBack = true
    if (this.#isHeld) this.#options.giveBack()
  }

  /** Called when its handler has ended. */
  async hold(): Promise<void> {
    this.#hasHandlerEnded = true
    if (this.#done || this.#isHeld) return
    await this.#options.delivery?.held()
    if (this.#isHeld) return
    this.#isHeld = true
    if (this.#isGivenBack) this.#options.giveBack()
  }

  async #markDone(): Promise<void> {
    try {
      if ((await this.#options.delivery?.done()) !== false) return
    } catch (error) {
      // The program may call `done` again, or give the message back.
      this.#done = undefined
      if (this.#hasHandlerEnded) await this.hold()
      throw error
    }
    throw new StateError(
      'done: the lock on the saved login was released or lost. This message will be delivered again.',
    )
  }
}

import { StateError } from '../../errors.js'
import type { TakenMessage } from '../../message/taken.js'

interface TakenOptions {
  /** Absent: the message is in memory alone. */
  delivery: { done(): Promise<boolean>; held(): Promise<void> } | undefined
  /** Delivers the message again; called once its handler is over. */
  giveBack(): void
}

/** A message between its handler and the program's word on it. */
export class Taken implements TakenMessage {
  readonly #options: TakenOptions
  #done: Promise<void> | undefined
  #isGivenBack = false
  #isHandlerOver = false
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

  /** Its handler is over. */
  async hold(): Promise<void> {
    this.#isHandlerOver = true
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
      // It may be called again, or given back.
      this.#done = undefined
      if (this.#isHandlerOver) await this.hold()
      throw error
    }
    throw new StateError('done: the login state was given back or lost, so this message will be delivered again.')
  }
}

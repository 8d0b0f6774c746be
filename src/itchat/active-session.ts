import type { LogoutReason } from '../errors.js'

/** How a session is brought to its end. */
export interface Ending {
  reason: LogoutReason | 'closed'
  /** After handlers in flight, before the callback. */
  lastStep: () => Promise<void>
}

/** One session's time from its first poll to its end. */
export class ActiveSession {
  readonly #abort = new AbortController()
  #markEnded: () => void = () => {}
  #ended: Promise<void> | undefined
  #ending: Ending | undefined

  /** Called when the session has ended. */
  readonly exitCallback: (() => unknown) | undefined
  /** Settles when the last poll is over. */
  polling: Promise<void> = Promise.resolve()
  /** Resolves when the session is over, its handlers are done and `exitCallback` ran. */
  readonly ended: Promise<void> = new Promise((resolve) => {
    this.#markEnded = resolve
  })

  constructor(exitCallback: (() => unknown) | undefined) {
    this.exitCallback = exitCallback
  }

  /** Aborts when the session ends. */
  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** How it ends; a logout that comes while it closes is what counts. */
  get ending(): Ending | undefined {
    return this.#ending
  }

  /** Ends it, once; a second call waits for the first. `steps` must not reject. */
  end(ending: Ending, steps: () => Promise<void>): Promise<void> {
    if (!this.#ending || (this.#ending.reason === 'closed' && ending.reason === 'self')) this.#ending = ending
    this.#ended ??= this.#end(steps)
    return this.#ended
  }

  async #end(steps: () => Promise<void>): Promise<void> {
    this.#abort.abort(new Error('The session has ended.'))
    await steps()
    this.#markEnded()
  }
}

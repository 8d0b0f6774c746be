/** One session's time from its first poll to its end. */
export class ActiveSession {
  readonly #abort = new AbortController()
  #markEnded: () => void = () => {}
  #ending: Promise<void> | undefined

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

  /** Ends it, once; a second call waits for the first. `steps` must not reject. */
  end(steps: () => Promise<void>): Promise<void> {
    this.#ending ??= this.#end(steps)
    return this.#ending
  }

  async #end(steps: () => Promise<void>): Promise<void> {
    this.#abort.abort(new Error('The session has ended.'))
    await steps()
    this.#markEnded()
  }
}

import type { LogoutReason } from '../errors.js'

/** One session's time from its first poll to its end. */
export class ActiveSession {
  readonly #abort = new AbortController()
  readonly #exitCallback: (() => unknown) | undefined
  #markEnded: () => void = () => {}
  #ending: Promise<void> | undefined

  /** Resolves when the session is over, its handlers are done and `exitCallback` ran. */
  readonly ended: Promise<void> = new Promise((resolve) => {
    this.#markEnded = resolve
  })

  constructor(exitCallback: (() => unknown) | undefined) {
    this.#exitCallback = exitCallback
  }

  /** Aborts when the session ends. */
  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /**
   * Ends it, once; a second call waits for the first.
   *
   * @param windDown what is done between the last poll and `exitCallback`
   * @param onError takes what `windDown` and `exitCallback` throw
   */
  end(
    reason: LogoutReason | 'closed',
    windDown: () => Promise<void>,
    onError: (error: unknown) => void,
  ): Promise<void> {
    this.#ending ??= this.#end(reason, windDown, onError)
    return this.#ending
  }

  async #end(reason: string, windDown: () => Promise<void>, onError: (error: unknown) => void): Promise<void> {
    this.#abort.abort(new Error(`The session has ended: ${reason}.`))
    for (const step of [windDown, async () => this.#exitCallback?.()]) {
      try {
        await step()
      } catch (error) {
        onError(error)
      }
    }
    this.#markEnded()
  }
}

import type { LogoutReason } from '../../errors.js'
import type { Logger } from '../../util/logger.js'
import { runCaller } from '../outbox/process-guard.js'

/** How a session is brought to its end. */
export interface Ending {
  reason: LogoutReason | 'closed'
  /** After handlers in flight, before the callback. */
  lastStep: () => Promise<void>
}

export interface ActiveSessionOptions {
  /** Called when the session has ended, and no other takes its place. */
  exitCallback?: (() => unknown) | undefined
  /** Logs in again after the session was lost; resolves to nothing when that was given up. Must not reject. */
  renew?: ((reason: LogoutReason, livedMs: number) => Promise<ActiveSession | undefined>) | undefined
}

/** How a session that was opened starts to receive. */
export interface BeginOptions extends ActiveSessionOptions {
  /** It is one of an earlier run. */
  restored: boolean
  logger: Logger
  /** Done before the first message is fetched. Must not reject. */
  beforeReceiving?: (() => Promise<void>) | undefined
}

/** One session's time from its first poll to its end. */
export class ActiveSession {
  readonly #abort = new AbortController()
  #markEnded: () => void = () => {}
  #ended: Promise<void> | undefined
  #ending: Ending | undefined

  readonly #options: ActiveSessionOptions
  readonly #livedMs: () => number
  #isLeft = false
  #successor: Promise<ActiveSession | undefined> = Promise.resolve(undefined)
  /** Settles when the last poll is over. */
  polling: Promise<void> = Promise.resolve()
  /** Resolves when the session is over and its handlers are done, and `exitCallback` ran unless it is offered again. */
  readonly ended: Promise<void> = new Promise((resolve) => {
    this.#markEnded = resolve
  })

  /** @param livedMs how long it has lived so far */
  constructor(options: ActiveSessionOptions, livedMs: () => number) {
    this.#options = options
    this.#livedMs = livedMs
  }

  /** Another may take its place when it is lost. */
  get isOfferedAgain(): boolean {
    return this.#options.renew !== undefined
  }

  /** The session that takes its place, once it is known whether there is one; nothing while this one is not lost. */
  get successor(): Promise<ActiveSession | undefined> {
    return this.#successor
  }

  /** Resolves when it is not being offered again; what `exitCallback` calls need not wait for itself. */
  async renewed(): Promise<void> {
    if (!this.#isLeft) await this.#successor
  }

  /** Offers it again after it was lost, when that is wanted. */
  renew(reason: LogoutReason, { onRenewed, onError }: { onRenewed(): unknown; onError(error: unknown): void }): void {
    const { renew } = this.#options
    if (!renew) return
    this.#successor = renew(reason, this.#livedMs()).then(async (next) => {
      if (next) onRenewed()
      else await this.leave().catch(onError)
      return next
    })
  }

  /** Calls `exitCallback`, and waits for it unless it waits for an end itself. */
  async leave(): Promise<void> {
    this.#isLeft = true
    const { finished, detached } = runCaller(async () => this.#options.exitCallback?.())
    await Promise.race([finished, detached])
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

import type { LogoutReason } from '../../errors.js'
import type { Logger } from '../../util/logger.js'
import { runUserCode } from '../user-code.js'

export interface SessionRunOptions {
  /** Called when the session has ended, and no other takes its place. */
  exitCallback?: (() => unknown) | undefined
  /** Logs in again after the session was lost; resolves to nothing when that was given up. Must not reject. */
  renew?: ((reason: LogoutReason, livedMs: number) => Promise<SessionRun | undefined>) | undefined
}

/** How a session that was started begins to receive. */
export interface BeginOptions extends SessionRunOptions {
  /** It is one of an earlier process. */
  restored: boolean
  logger: Logger
  /** Done before the first message is fetched. Must not reject. */
  beforeReceiving?: (() => Promise<void>) | undefined
}

/** One session from its first poll to its end. */
export class SessionRun {
  readonly #options: SessionRunOptions
  readonly #livedMs: () => number
  readonly #abort = new AbortController()
  #markEnded: () => void = () => {}
  #ending: Promise<void> | undefined
  #hasExited = false
  #successor: Promise<SessionRun | undefined> = Promise.resolve(undefined)
  /** Settles when the last poll is over. */
  polling: Promise<void> = Promise.resolve()
  /** Resolves when the session is over and its handlers are done, and `exitCallback` ran unless a renewal was tried. */
  readonly ended: Promise<void> = new Promise((resolve) => {
    this.#markEnded = resolve
  })

  /** @param livedMs how long it has lived so far */
  constructor(options: SessionRunOptions, livedMs: () => number) {
    this.#options = options
    this.#livedMs = livedMs
  }

  /** Another may take its place when it is lost. */
  get canRelogin(): boolean {
    return this.#options.renew !== undefined
  }

  /** The session that takes its place, once it is known whether there is one; nothing while this one is not lost. */
  get successor(): Promise<SessionRun | undefined> {
    return this.#successor
  }

  /** Aborts when polling has to end. */
  get signal(): AbortSignal {
    return this.#abort.signal
  }

  stopPolling(): void {
    this.#abort.abort(new Error('The session has ended.'))
  }

  /** Resolves when no renewal is under way; what `exitCallback` calls need not wait for itself. */
  async renewed(): Promise<void> {
    if (!this.#hasExited) await this.#successor
  }

  /** Logs in again after it was lost, when that is wanted. */
  renew(reason: LogoutReason, { onRenewed, onError }: { onRenewed(): unknown; onError(error: unknown): void }): void {
    const { renew } = this.#options
    if (!renew) return
    this.#successor = renew(reason, this.#livedMs()).then(async (next) => {
      if (next) onRenewed()
      else await this.runExitCallback().catch(onError)
      return next
    })
  }

  /** Calls `exitCallback`, and waits for it unless it waits for an end itself. */
  async runExitCallback(): Promise<void> {
    this.#hasExited = true
    const { finished, detached } = runUserCode(async () => this.#options.exitCallback?.())
    await Promise.race([finished, detached])
  }

  /** Ends it, once; a second call waits for the first. `steps` must not reject. */
  end(steps: () => Promise<void>): Promise<void> {
    this.#ending ??= steps().then(() => this.#markEnded())
    return this.#ending
  }
}

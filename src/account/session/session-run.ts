import type { LogoutReason } from '../../errors.js'
import type { Logger } from '../../util/logger.js'
import { runUserCode } from '../user-code.js'

export interface SessionRunOptions {
  /** Called when the session has ended without a successor. */
  exitCallback?: (() => unknown) | undefined
  /**
   * Logs in again after the session has been lost; resolves to `undefined` if the relogin was abandoned. Must not
   * reject.
   */
  renew?: ((reason: LogoutReason, livedMs: number) => Promise<SessionRun | undefined>) | undefined
}

/** Options for a session that starts receiving. */
export interface BeginOptions extends SessionRunOptions {
  /** Whether the session was resumed from an earlier process. */
  restored: boolean
  logger: Logger
  /** Runs before the first message is fetched. Must not reject. */
  beforeReceiving?: (() => Promise<void>) | undefined
}

/** A session from its first poll to its end. */
export class SessionRun {
  readonly #options: SessionRunOptions
  readonly #livedMs: () => number
  readonly #abort = new AbortController()
  #markEnded: () => void = () => {}
  #ending: Promise<void> | undefined
  #hasExited = false
  #successor: Promise<SessionRun | undefined> = Promise.resolve(undefined)
  /** Settles when the last poll has ended. */
  polling: Promise<void> = Promise.resolve()
  /**
   * Resolves when the session has ended, its handlers are done and, unless a relogin was attempted, `exitCallback` has
   * run.
   */
  readonly ended: Promise<void> = new Promise((resolve) => {
    this.#markEnded = resolve
  })

  /** @param livedMs returns how long the session has lasted */
  constructor(options: SessionRunOptions, livedMs: () => number) {
    this.#options = options
    this.#livedMs = livedMs
  }

  /** Whether to log in again if the session is lost. */
  get canRelogin(): boolean {
    return this.#options.renew !== undefined
  }

  /** Resolves to the session that replaces this one after a loss, or to `undefined` if no session will. */
  get successor(): Promise<SessionRun | undefined> {
    return this.#successor
  }

  /** Aborts when polling must stop. */
  get signal(): AbortSignal {
    return this.#abort.signal
  }

  stopPolling(): void {
    this.#abort.abort(new Error('The session has ended.'))
  }

  /**
   * Resolves when no relogin is pending. Does not wait once `exitCallback` has started, because the callback may be the
   * caller.
   */
  async renewed(): Promise<void> {
    if (!this.#hasExited) await this.#successor
  }

  /** Logs in again after the session has been lost, if `renew` is set. */
  renew(reason: LogoutReason, { onRenewed, onError }: { onRenewed(): unknown; onError(error: unknown): void }): void {
    const { renew } = this.#options
    if (!renew) return
    this.#successor = renew(reason, this.#livedMs()).then(async (next) => {
      if (next) onRenewed()
      else await this.runExitCallback().catch(onError)
      return next
    })
  }

  /** Calls `exitCallback` and waits for it, unless the callback itself waits for `logout` or `close`. */
  async runExitCallback(): Promise<void> {
    this.#hasExited = true
    const { finished, detached } = runUserCode(async () => this.#options.exitCallback?.())
    await Promise.race([finished, detached])
  }

  /** Ends the session once; a second call waits for the first. `steps` must not reject. */
  end(steps: () => Promise<void>): Promise<void> {
    this.#ending ??= steps().then(() => this.#markEnded())
    return this.#ending
  }
}

import type { AccountParts } from '../account-parts.js'
import { describeError } from '../describe-error.js'
import type { SessionMachine } from './session-machine.js'

/** Requests a login that the phone confirms without a QR code. */
export class PushLogin {
  readonly #parts: AccountParts
  readonly #machine: SessionMachine
  /** The account whose saved session was most recently refused. */
  refusedAccount: string | undefined

  constructor(parts: AccountParts, machine: SessionMachine) {
    this.#parts = parts
    this.#machine = machine
  }

  /**
   * Requests a login once for the refused account. If the request fails, logs the error and resolves to `undefined`.
   */
  async requestAfterRefusal(signal: AbortSignal): Promise<string | undefined> {
    const account = this.refusedAccount
    this.refusedAccount = undefined
    try {
      return await this.request(account, signal)
    } catch (error) {
      if (signal.aborted) throw error
      this.#parts.logger.debug(describeError(error))
      return undefined
    }
  }

  /** Resolves to the code to poll; `undefined` without an account or if the server refuses. */
  async request(account: string | undefined, signal: AbortSignal): Promise<string | undefined> {
    if (account === undefined) return undefined
    const code = await this.#parts.link.get().login.requestPush?.(account, signal)
    signal.throwIfAborted()
    if (code !== undefined) this.#machine.handle('pushRequested')
    return code
  }
}

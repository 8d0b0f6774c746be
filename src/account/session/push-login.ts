import type { Engine } from '../../itchat/engine.js'
import { describeError } from '../describe-error.js'

/** Asks the phone to confirm a login, in place of a QR. */
export class PushLogin {
  readonly #engine: Engine
  /** The account whose session was refused last. */
  refusedAccount: string | undefined

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Asks once when the session of this account was refused; a refusal by the server is not a failure. */
  async ofRefused(signal: AbortSignal): Promise<string | undefined> {
    const account = this.refusedAccount
    this.refusedAccount = undefined
    try {
      return await this.request(account, signal)
    } catch (error) {
      if (signal.aborted) throw error
      this.#engine.logger.debug(describeError(error))
      return undefined
    }
  }

  /** Resolves to the code to wait for; `undefined` when there is none. */
  async request(account: string | undefined, signal: AbortSignal): Promise<string | undefined> {
    if (account === undefined) return undefined
    const code = await this.#engine.connection.login.requestPush?.(account, signal)
    if (code !== undefined) this.#engine.state = 'waitingForConfirm'
    return code
  }
}

import type { Engine } from '../../itchat/engine.js'
import { describeError } from '../describe-error.js'

/** Asks the phone to confirm a login, in place of a QR. */
export class PushLogin {
  readonly #engine: Engine
  /** The account whose session was refused last. */
  refusedUin: string | undefined

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Asks once when the session of this account was refused; a refusal by the server is not a failure. */
  async ofRefused(signal: AbortSignal): Promise<string | undefined> {
    const uin = this.refusedUin
    this.refusedUin = undefined
    try {
      return await this.request(uin, signal)
    } catch (error) {
      if (signal.aborted) throw error
      this.#engine.logger.debug(describeError(error))
      return undefined
    }
  }

  /** Resolves to the uuid to wait for; `undefined` when there is none. */
  async request(uin: string | undefined, signal: AbortSignal): Promise<string | undefined> {
    if (uin === undefined) return undefined
    const uuid = await this.#engine.connection.requestPushLogin(uin, signal)
    if (uuid !== undefined) this.#engine.state = 'waitingForConfirm'
    return uuid
  }
}

import { StateError } from '../errors.js'
import type { Transport, TransportContext, TransportFactory } from '../transport/transport.js'

/** The transport of one account, made at first use. */
export class TransportLink {
  readonly #make: TransportFactory
  readonly #context: TransportContext
  #transport: Transport | undefined
  #isClosed = false

  constructor(make: TransportFactory, context: TransportContext) {
    this.#make = make
    this.#context = context
  }

  /** The transport, when it was used already. */
  get current(): Transport | undefined {
    return this.#transport
  }

  /** @throws StateError once it is closed; ArgumentError for options that it cannot be made of */
  get(): Transport {
    if (this.#isClosed) throw new StateError('This instance is closed; make a new one.')
    this.#transport ??= this.#make(this.#context)
    return this.#transport
  }

  /**
   * The transport, for what needs a session.
   *
   * @param call what starts a session
   * @throws StateError before a login, after the session ended, once it is closed
   */
  requireSession(call = 'autoLogin()'): Transport {
    const transport = this.get()
    if (transport.hasSession) return transport
    throw new StateError(
      transport.identity
        ? `The session is over: log in again, call ${call} first.`
        : `Not logged in: call ${call} first.`,
    )
  }

  /** From now on calls are refused. */
  shut(): void {
    this.#isClosed = true
  }

  /** Closes connections. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#transport?.close()
  }
}

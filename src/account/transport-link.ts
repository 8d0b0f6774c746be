import { StateError } from '../errors.js'
import type { Transport, TransportContext, TransportFactory } from '../transport/transport.js'

/** The transport of one account, created on first use. */
export class TransportLink {
  readonly #create: TransportFactory
  readonly #context: TransportContext
  #transport: Transport | undefined
  #isClosed = false

  constructor(create: TransportFactory, context: TransportContext) {
    this.#create = create
    this.#context = context
  }

  /** The transport; `undefined` before its first use. */
  get current(): Transport | undefined {
    return this.#transport
  }

  /** @throws StateError after closing; ArgumentError for invalid transport options */
  get(): Transport {
    if (this.#isClosed) throw new StateError('This instance is closed. Create a new one.')
    this.#transport ??= this.#create(this.#context)
    return this.#transport
  }

  /**
   * Returns the transport for a call that needs a session.
   *
   * @param call the method that starts a session, named in the error
   * @throws StateError before a login, after the session has ended, or after closing
   */
  requireSession(call = 'autoLogin()'): Transport {
    const transport = this.get()
    if (transport.hasSession) return transport
    throw new StateError(
      transport.identity
        ? `The session has ended. Call ${call} to log in again.`
        : `Not logged in. Call ${call} first.`,
    )
  }

  /** Makes all further calls throw. */
  shut(): void {
    this.#isClosed = true
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#transport?.close()
  }
}

import { StateError } from '../errors.js'
import type { Transport, TransportContext, TransportFactory } from '../transport/transport.js'

/** A transport of this package. Its name and features are known before its code is loaded. */
export interface PackagedTransport extends Pick<Transport, 'name' | 'features'> {
  load(): TransportFactory | Promise<TransportFactory>
}

/** The transport of one account, created by the first call that needs it. */
export class TransportLink {
  readonly #choose: () => TransportFactory | PackagedTransport
  readonly #context: TransportContext
  #chosen: TransportFactory | PackagedTransport | undefined
  #transport: Transport | undefined
  #isClosed = false

  /** @param choose called once, by the first call that needs the transport; throws ArgumentError for invalid settings */
  constructor(choose: () => TransportFactory | PackagedTransport, context: TransportContext) {
    this.#choose = choose
    this.#context = context
  }

  /** The transport; `undefined` before it is loaded. */
  get current(): Transport | undefined {
    return this.#transport
  }

  /**
   * Name and features of the transport, which does not have to be loaded.
   *
   * @throws StateError after closing; ArgumentError for invalid transport options
   */
  get description(): Pick<Transport, 'name' | 'features'> {
    const chosen = this.#getChosen()
    return this.#transport ?? (typeof chosen === 'function' ? this.#create(chosen) : chosen)
  }

  /** Creates the transport on the first call. @throws StateError after closing; ArgumentError for invalid transport options */
  async load(): Promise<Transport> {
    const chosen = this.#getChosen()
    return this.#transport ?? this.#create(typeof chosen === 'function' ? chosen : await chosen.load())
  }

  /** @throws StateError before the transport is loaded, and after closing */
  get(): Transport {
    this.#requireOpen()
    if (!this.#transport) throw new StateError('Not logged in. Call autoLogin() first.')
    return this.#transport
  }

  /**
   * Returns the transport for a call that needs a session.
   *
   * @param call the method that starts a session, named in the error
   * @throws StateError before a login, after the session has ended, or after closing
   */
  requireSession(call = 'autoLogin()'): Transport {
    this.#requireOpen()
    const transport = this.#transport
    if (transport?.hasSession) return transport
    throw new StateError(
      transport?.identity
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

  #getChosen(): TransportFactory | PackagedTransport {
    this.#requireOpen()
    this.#chosen ??= this.#choose()
    return this.#chosen
  }

  #create(factory: TransportFactory): Transport {
    // The instance may have been closed while the transport was loading.
    this.#requireOpen()
    this.#transport ??= factory(this.#context)
    return this.#transport
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new StateError('This instance is closed. Create a new one.')
  }
}

import type { Core } from '../core.js'
import { SandboxError } from '../errors.js'
import type { LoginView } from '../views/view.js'
import { loginView } from '../views/views.js'

/** The login controls on the account owner's phone. */
export class Phone {
  readonly #core: Core

  constructor(core: Core) {
    this.#core = core
  }

  /** The current login state. */
  get login(): LoginView {
    return loginView(this.#core.logins, this.#core.sessions, this.#core.url)
  }

  /** Scans the QR code. Throws if no QR code is waiting to be scanned. */
  scan(): LoginView {
    this.#core.logins.scan()
    return this.login
  }

  /** Confirms the login. Throws if no QR code has been scanned. */
  confirm(): LoginView {
    this.#core.logins.confirm()
    return this.login
  }

  /** Cancels the pending login. Throws if no login is pending. */
  cancel(): LoginView {
    this.#core.logins.cancel()
    return this.login
  }

  /** Makes the QR code expire now. Throws if no login is pending. */
  expire(): LoginView {
    this.#core.logins.expire()
    return this.login
  }

  /** Logs the program out with code 1100. Throws if no program is logged in. */
  logoutWeb(): LoginView {
    if (!this.#core.sessions.end(1100)) throw new SandboxError('logoutWeb: no program is logged in. Log one in first.')
    return this.login
  }

  /** Makes the server refuse the next login with code 1203, even if it is confirmed. @see docs/protocol.md §3.4 */
  refuse(message = ''): void {
    this.#core.refuseNext = message
    this.#core.world.events.emit('acted', { type: 'phone', action: 'refuse', message })
  }

  /** Resolves with the uuid of a login once one is waiting for a scan or a confirmation. */
  waiting(options: { signal?: AbortSignal } = {}): Promise<string> {
    const { logins, closing } = this.#core
    const uuid = () => (logins.latest?.open ? logins.latest.uuid : undefined)
    return logins.notifier.until(uuid, options.signal, closing)
  }
}

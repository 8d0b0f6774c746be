import type { LoginView } from '../control/view.js'
import { loginView } from '../control/views.js'
import type { Core } from '../core.js'
import { SandboxError } from '../errors.js'

/** The login controls on the phone of the account's owner. */
export class Phone {
  readonly #core: Core

  constructor(core: Core) {
    this.#core = core
  }

  /** The current login state. */
  get login(): LoginView {
    return loginView(this.#core.logins, this.#core.sessions, this.#core.url)
  }

  /** Scans the waiting QR; throws when no QR is waiting. */
  scan(): LoginView {
    this.#core.logins.scan()
    return this.login
  }

  /** Confirms the scanned login; throws when no login has been scanned. */
  confirm(): LoginView {
    this.#core.logins.confirm()
    return this.login
  }

  /** Cancels the waiting login; throws when no login is waiting. */
  cancel(): LoginView {
    this.#core.logins.cancel()
    return this.login
  }

  /** Expires the waiting QR now; throws when no QR is waiting. */
  expire(): LoginView {
    this.#core.logins.expire()
    return this.login
  }

  /** Logs the program out (1100); throws when no program is logged in. */
  logoutWeb(): LoginView {
    if (!this.#core.sessions.end(1100)) throw new SandboxError('logoutWeb: no program is logged in. Log one in first.')
    return this.login
  }

  /** Refuses the next login with 1203 even though it is confirmed. @see docs/protocol.md §3.4 */
  refuse(message = ''): void {
    this.#core.refuseNext = message
  }

  /** Resolves with the uuid of a login that waits for a scan or a confirmation. */
  waiting(options: { signal?: AbortSignal } = {}): Promise<string> {
    const { logins } = this.#core
    return logins.notifier.until(() => (logins.latest?.open ? logins.latest.uuid : undefined), options.signal)
  }
}

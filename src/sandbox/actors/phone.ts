import type { LoginView } from '../control/view.js'
import { loginView } from '../control/views.js'
import type { Core } from '../core.js'
import { SandboxError } from '../errors.js'

/** The phone of the account's owner, as far as logging programs in and out goes. */
export class Phone {
  readonly #core: Core

  constructor(core: Core) {
    this.#core = core
  }

  /** How far the login has come. */
  get login(): LoginView {
    return loginView(this.#core.logins, this.#core.sessions, this.#core.url)
  }

  /** Scans the QR that waits; throws when none does. */
  scan(): LoginView {
    this.#core.logins.scan()
    return this.login
  }

  /** Confirms the login that was scanned; throws when none was. */
  confirm(): LoginView {
    this.#core.logins.confirm()
    return this.login
  }

  /** Refuses the login; throws when none waits. */
  cancel(): LoginView {
    this.#core.logins.cancel()
    return this.login
  }

  /** Makes the QR that waits expire now; throws when none does. */
  expire(): LoginView {
    this.#core.logins.expire()
    return this.login
  }

  /** Logs the program out (1100); throws when none is logged in. */
  logoutWeb(): LoginView {
    if (!this.#core.sessions.end(1100)) throw new SandboxError('nothing to log out: no program is logged in')
    return this.login
  }

  /** The next login is refused with 1203 though it is confirmed. @see docs/protocol.md §3.4 */
  refuse(message = ''): void {
    this.#core.refuseNext = message
  }

  /** Resolves with the uuid of a QR that waits for its scan, or of a login that waits for its confirmation. */
  waiting(options: { signal?: AbortSignal } = {}): Promise<string> {
    const { logins } = this.#core
    return logins.notifier.until(() => (logins.latest?.open ? logins.latest.uuid : undefined), options.signal)
  }
}

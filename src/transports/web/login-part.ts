import { StateError } from '../../errors.js'
import type { LoginPart, LoginPoll, LoginStatus, SessionStart } from '../../transport/login.js'
import { protocolError, type Web } from './api/call.js'
import { init, statusNotify } from './api/init.js'
import { rejectAsLoggedOut } from './api/logged-out.js'
import { exchangeTicket, pollLogin, requestPushLogin, requestUuid } from './api/login.js'
import { readContact } from './decode/contact.js'
import { decodeUser } from './decode/reply.js'
import { ENDPOINTS } from './wire/endpoints.js'
import { LOGIN_CODE, STATUS_NOTIFY } from './wire/login.js'

/** Login status by poll code. Any other code means that the uuid is no longer valid. @see docs/protocol.md §3.3 */
const STATUS: Readonly<Record<number, LoginStatus>> = {
  [LOGIN_CODE.timeout]: 'waiting',
  [LOGIN_CODE.scanned]: 'scanned',
  [LOGIN_CODE.confirmed]: 'confirmed',
  [LOGIN_CODE.cancelled]: 'cancelled',
}

/** Login with a uuid that the user scans or confirms on the phone. @see docs/protocol.md §3 */
export class WebLogin implements LoginPart {
  readonly #web: Web
  #polledUuid = ''

  constructor(web: Web) {
    this.#web = web
  }

  requestCode(signal?: AbortSignal): Promise<string | undefined> {
    return requestUuid(this.#web, signal)
  }

  requestPush(account: string, signal?: AbortSignal): Promise<string | undefined> {
    return requestPushLogin(this.#web, account, signal)
  }

  /** @see docs/protocol.md §3.2 */
  qrContent(uuid: string): string {
    return this.#web.session.loginOrigin + ENDPOINTS.scan.path + uuid
  }

  /** Waits up to 25 s for the user to act on the phone. */
  async poll(uuid: string, signal?: AbortSignal): Promise<LoginPoll> {
    const web = this.#web
    const { code, avatar, redirect } = await pollLogin(web, uuid, uuid === this.#polledUuid ? 0 : 1, signal)
    this.#polledUuid = uuid
    if (redirect && code === LOGIN_CODE.confirmed) {
      web.session.reset()
      const { hosts, credentials } = await exchangeTicket(web, redirect, signal)
      web.session.hosts = hosts
      web.session.credentials = credentials
    }
    return { status: STATUS[code] ?? 'expired', code: String(code), avatar }
  }

  async start(signal?: AbortSignal): Promise<SessionStart> {
    const { session } = this.#web
    if (!session.credentials || session.hasEnded) {
      throw new StateError('webInit: not logged in. Call checkLogin() until it resolves to 200.')
    }
    const started = await init(this.#web, signal).catch(rejectAsLoggedOut)
    const { user, contacts, reply } = started
    const self = readContact(user)
    if (!self) throw protocolError('webwxinit', 'User is missing')
    session.userName = self.userName
    session.start(started)
    return {
      self,
      contacts: contacts.flatMap((contact) => readContact(contact) ?? []),
      reply: { ...decodeUser(user), ...reply },
    }
  }

  async announce(signal?: AbortSignal): Promise<void> {
    await statusNotify(this.#web, STATUS_NOTIFY.initialised, this.#web.session.userName, signal)
  }
}

import { LoginError, NetworkError, StateError } from '../../errors.js'
import type { ContactEntry } from '../../transport/contacts.js'
import type { LoginPart, LoginPoll, LoginStatus, SessionStart } from '../../transport/login.js'
import { type Dict, text } from '../../util/read.js'
import { RecentMap } from '../../util/recent-map.js'
import { callJson, type Ilink, protocolError } from './api/call.js'
import { contactEntry } from './decode/contact.js'
import { trustedUrl } from './hosts.js'
import type { Credentials } from './session/session.js'
import { BOT_TYPE, LOGIN_STATUS } from './wire/login.js'

/** The server's hold time of a status poll is unknown; a poll that takes longer counts as `wait`. */
const POLL_TIMEOUT_MS = 40_000

const MAX_CODES = 10

/** A status without a row has no effect. @see docs/ilink.md §3 */
const STATUS: Readonly<Record<string, LoginStatus>> = {
  [LOGIN_STATUS.scanned]: 'scanned',
  [LOGIN_STATUS.redirected]: 'scanned',
  [LOGIN_STATUS.verifyCodeNeeded]: 'verifyCodeNeeded',
  [LOGIN_STATUS.verifyCodeBlocked]: 'expired',
  [LOGIN_STATUS.expired]: 'expired',
  [LOGIN_STATUS.confirmed]: 'confirmed',
  [LOGIN_STATUS.alreadyBound]: 'confirmed',
}

/** A QR code whose status is being polled. */
interface PendingCode {
  code: string
  /** The URL that the QR code encodes. */
  content: string
  /** Base URL of the status polls. */
  base: string
  /** The code typed by the user, until the server has accepted it. */
  verifyCode: string
}

/** Login with a QR code that binds a bot to the user who scans it. @see docs/ilink.md §3 */
export class IlinkLogin implements LoginPart {
  readonly #ilink: Ilink
  /** The latest codes: a program may request one while another one is being polled. */
  readonly #codes = new RecentMap<PendingCode>(MAX_CODES)
  /** The code that was requested last, or for which the server has asked for a verify code since then. */
  #current: PendingCode | undefined
  /** The result of a confirmed code, until the session starts. */
  #confirmed: Credentials | undefined

  constructor(ilink: Ilink) {
    this.#ilink = ilink
  }

  async requestCode(signal?: AbortSignal): Promise<string | undefined> {
    const { session } = this.#ilink
    const known = session.credentials && !session.hasEnded ? [session.credentials.token] : []
    const reply = await callJson(this.#ilink, 'get_bot_qrcode', {
      query: { bot_type: BOT_TYPE },
      body: { local_token_list: known },
      tries: 3,
      signal,
    })
    const code = text(reply.qrcode)
    if (code === '') return undefined
    const content = text(reply.qrcode_img_content)
    if (!/^https?:\/\//.test(content)) throw protocolError('get_bot_qrcode', 'the QR code does not contain a URL')
    this.#current = { code, content, base: session.hosts.login, verifyCode: '' }
    this.#codes.set(code, this.#current)
    return code
  }

  qrContent(code: string): string {
    return this.#of(code).content
  }

  submitVerifyCode(code: string): void {
    if (this.#current) this.#current.verifyCode = code
  }

  async poll(code: string, signal?: AbortSignal): Promise<LoginPoll> {
    const pending = this.#of(code)
    const { verifyCode } = pending
    const reply = await this.#status(pending, signal)
    const status = text(reply?.status) || LOGIN_STATUS.waiting
    const host = text(reply?.redirect_host)
    if (status === LOGIN_STATUS.redirected && host !== '') {
      pending.base = trustedUrl(this.#ilink.session.hosts, host, 'get_qrcode_status').origin
    }
    // The server has accepted or rejected the code. Sending a wrong code again would count as another attempt.
    const isChecked = status === LOGIN_STATUS.scanned || status === LOGIN_STATUS.verifyCodeNeeded
    if (isChecked && pending.verifyCode === verifyCode) pending.verifyCode = ''
    if (status === LOGIN_STATUS.verifyCodeNeeded) this.#current = pending
    if (status === LOGIN_STATUS.confirmed) this.#confirmed = this.#readCredentials(reply ?? {})
    if (status === LOGIN_STATUS.alreadyBound) this.#confirmed = this.#knownCredentials()
    return { status: STATUS[status] ?? 'waiting', code: status }
  }

  async start(signal?: AbortSignal): Promise<SessionStart> {
    signal?.throwIfAborted()
    const confirmed = this.#confirmed
    if (!confirmed) throw new StateError('Not logged in. Scan and confirm the QR code first.')
    this.#confirmed = undefined
    this.#ilink.session.start(confirmed)
    const { botId, userId } = confirmed
    return {
      self: contactEntry(botId),
      contacts: this.knownContacts,
      reply: { ilink_bot_id: botId, ilink_user_id: userId },
    }
  }

  /** The owner. */
  get knownContacts(): ContactEntry[] {
    const { credentials } = this.#ilink.session
    return credentials ? [contactEntry(credentials.userId)] : []
  }

  /** A failed poll has no effect: the next one asks again. @see docs/ilink.md §3 */
  async #status({ code, base, verifyCode }: PendingCode, signal: AbortSignal | undefined): Promise<Dict | undefined> {
    const query = { qrcode: code, ...(verifyCode === '' ? {} : { verify_code: verifyCode }) }
    try {
      return await callJson(this.#ilink, 'get_qrcode_status', { query, base, timeoutMs: POLL_TIMEOUT_MS, signal })
    } catch (error) {
      if (error instanceof NetworkError) return undefined
      throw error
    }
  }

  #of(code: string): PendingCode {
    const pending = this.#codes.get(code)
    if (pending) return pending
    throw new StateError('This QR code is no longer valid. Request a new one.')
  }

  /** @throws LoginError when the token or an id is missing; ProtocolError for an address that is not trusted */
  #readCredentials(reply: Dict): Credentials {
    const { hosts } = this.#ilink.session
    const [token, botId, userId] = [text(reply.bot_token), text(reply.ilink_bot_id), text(reply.ilink_user_id)]
    if (token === '' || botId === '' || userId === '') {
      throw new LoginError('The server confirmed the login without a token or an id. Try again with a new QR code.', {
        reason: 'refused',
      })
    }
    const named = text(reply.baseurl)
    const apiBase = named === '' ? hosts.login : trustedUrl(hosts, named, 'get_qrcode_status').href.replace(/\/+$/, '')
    return { token, botId, userId, apiBase }
  }

  /** @throws LoginError when this program has no login, or the server considers it invalid */
  #knownCredentials(): Credentials {
    const { credentials, hasEnded } = this.#ilink.session
    if (credentials && !hasEnded) return credentials
    throw new LoginError(
      'The server reports that this account is already bound to this program, but there is no valid login for it. Try again with a new QR code.',
      { reason: 'refused' },
    )
  }
}

import { API_PATH, COOKIE, LONG_POLL_MS } from '../../transports/web/wire/constants.js'
import { LOGIN_CODE } from '../../transports/web/wire/login.js'
import { RET } from '../../transports/web/wire/ret.js'
import { checkJsLogin, checkLogout, checkTicketPage, hasUosHeaders } from '../conformance/login.js'
import type { Core } from '../core.js'
import { avatarPicture, qrPicture } from '../encode/picture.js'
import { jsLoginScript, loginScript } from '../encode/script.js'
import { refusalPage, ticketPage } from '../encode/ticket-page.js'
import type { LoginAttempt } from '../session/login-attempt.js'
import { scanLink } from '../views/views.js'
import { loginCookies, wechatHost } from './cookies.js'
import { answer, type Exchange } from './exchange.js'
import { hold } from './hold.js'
import { Refusal } from './refusal.js'
import { sessionOfBody, sessionOfQuery } from './session-of.js'

/** Issues a uuid. @see docs/protocol.md §3.1 */
export function jslogin(exchange: Exchange): Response {
  checkJsLogin(exchange)
  const { uuid } = exchange.core.shared.attempts.start()
  return exchange.script(jsLoginScript(uuid), '200')
}

/** Returns the QR code as a picture, or 404 for an unknown uuid. @see docs/protocol.md §3.2 */
export function qrcode(exchange: Exchange): Response {
  const attempt = exchange.core.shared.attempts.find(lastPart(exchange))
  if (!attempt) return answer('Unknown uuid.', 'text/plain', new Headers(), 404)
  return exchange.picture(qrPicture(scanLink(exchange.core.url, attempt)), 'image/jpeg')
}

/** Holds the poll open until the state of the login changes, for at most 25 s. @see docs/protocol.md §3.3 */
export async function login(exchange: Exchange): Promise<Response> {
  const { shared } = exchange.core
  const attempt = shared.attempts.find(exchange.query('uuid'))
  if (!attempt) return exchange.script(loginScript(LOGIN_CODE.expired), String(LOGIN_CODE.expired))
  const wasCancelled = attempt.state === 'cancelled' && attempt.pendingCode === undefined
  const code = await hold(exchange, 'login', shared.attempts.notifier, LONG_POLL_MS, () => attempt.pendingCode)
  if (exchange.request.signal.aborted) return exchange.script(loginScript(LOGIN_CODE.timeout), 'gone')
  if (code === undefined) {
    // After a cancellation, further polls report that the QR code has expired.
    const idle = wasCancelled ? LOGIN_CODE.expired : LOGIN_CODE.timeout
    return exchange.script(loginScript(idle), String(idle))
  }
  attempt.markReported()
  // The poll may have begun before the scan, when the account was unknown.
  const core = shared.cores.find(({ number }) => number === attempt.account)
  if (core && code === LOGIN_CODE.scanned && core.settings.autoLogin && attempt === core.logins.latest) {
    queueMicrotask(() => attempt.state === 'scanned' && core.logins.confirm())
  }
  return exchange.script(loginScript(code, extra(exchange, core, attempt, code)), String(code))
}

/** Exchanges a ticket for a session. Each ticket can be used once. @see docs/protocol.md §3.4 */
export function webwxnewloginpage(exchange: Exchange): Response {
  const { core, request } = exchange
  const status = exchange.query('fun') === 'new' || exchange.query('version') === 'v2' ? 200 : 301
  const page = (text: string, headers = new Headers()) => answer(text, 'text/plain;charset=utf-8', headers, status)
  if (request.method === 'HEAD') return page('')
  checkTicketPage(exchange)
  const { attempts } = core.shared
  const attempt = attempts.findTicket(exchange.query('ticket'))
  if (!attempt || attempt.used) {
    exchange.result = String(RET.ticketError)
    return page(refusalPage(RET.ticketError, 'The ticket is unknown or has already been used.'))
  }
  const refusal = refusalOf(exchange)
  if (refusal !== undefined) {
    exchange.result = String(RET.loginRefused)
    attempts.refuse(attempt, refusal)
    return page(refusalPage(RET.loginRefused, refusal))
  }
  attempts.use(attempt)
  const now = core.clock.now()
  const session = core.sessions.start(core.world.owner.uin, now, core.builtinIds())
  const headers = new Headers()
  for (const cookie of loginCookies(session, exchange.host, exchange.cookieTime())) headers.append('Set-Cookie', cookie)
  exchange.result = '0'
  return page(ticketPage(session), headers)
}

/**
 * Requests a login on the phone without a QR code, for a program that was logged in before. @see docs/protocol.md §3.5
 */
export function webwxpushloginurl(exchange: Exchange): Response {
  const { core, cookies } = exchange
  const known = core.sessions.isKnownAuthTicket(cookies.get(COOKIE.authTicket) ?? '')
  const granted = known && exchange.query('uin') === String(core.world.owner.uin)
  exchange.result = granted ? '0' : '1'
  if (!granted) return exchange.json({ ret: '1', msg: 'scan the QR code', uuid: '' })
  return exchange.json({ ret: '0', msg: 'all ok', uuid: core.shared.attempts.start(core.number).uuid })
}

/** Ends the session. The reply is JSON because one client requires it. @see docs/protocol.md §3.8 */
export function webwxlogout(exchange: Exchange): Response {
  checkLogout(exchange)
  const { core } = exchange
  const session = sessionForLogout(exchange)
  if (session && session === core.sessions.live) core.sessions.end(0)
  return exchange.ok()
}

/** Returns the session to log out, or `undefined` if it is unknown or has ended, which is not an error. */
function sessionForLogout(exchange: Exchange) {
  try {
    return exchange.text.trim().startsWith('{') ? sessionOfBody(exchange) : sessionOfQuery(exchange)
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

function refusalOf(exchange: Exchange): string | undefined {
  const { core } = exchange
  const fallback = core.world.texts.loginRefused
  if (exchange.refusesLogin) return fallback
  const next = core.refuseNext
  core.refuseNext = undefined
  if (next !== undefined) return next || fallback
  const { loginRefusal } = core.settings
  if (!loginRefusal || (loginRefusal.when === 'withoutUos' && hasUosHeaders(exchange.request))) return undefined
  return loginRefusal.message ?? fallback
}

/** What the program receives with the new state. `core` is the account whose phone has scanned the QR code. */
function extra(exchange: Exchange, core: Core | undefined, attempt: LoginAttempt, code: number) {
  if (core && code === LOGIN_CODE.scanned) return { avatar: avatarPicture(core.world.owner.id, 12).toString('base64') }
  if (code !== LOGIN_CODE.confirmed) return undefined
  const scan = Math.trunc(attempt.scannedAt / 1000)
  const query = `ticket=${attempt.ticket}&uuid=${attempt.uuid}&lang=zh_CN&scan=${scan}`
  return { redirectUri: `${publicBase(exchange)}${API_PATH}webwxnewloginpage?${query}` }
}

/** Returns the base URL for the program, derived from the host in its request. @see docs/protocol.md §2.1 */
function publicBase(exchange: Exchange): string {
  const { publicBase } = exchange.core.settings
  if (publicBase !== undefined) return publicBase.replace(/\/+$/, '')
  const wechat = wechatHost(exchange.host)
  if (wechat === undefined) return `http://${exchange.host}`
  return `https://${wechat === 'login.weixin.qq.com' ? 'wx.qq.com' : wechat.replace(/^login\./, '')}`
}

function lastPart(exchange: Exchange): string {
  return (exchange.url.pathname.split('/').at(-1) ?? '').replaceAll(/%3d/gi, '=')
}

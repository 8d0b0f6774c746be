import { COOKIE } from '../../transports/web/wire/constants.js'
import type { Session } from '../session/session.js'

const HOUR_MS = 3_600_000
const YEAR_MS = 365 * 24 * HOUR_MS

/** Parses the cookies of a request into a map by name. */
export function parseCookies(header: string): Map<string, string> {
  const cookies = new Map<string, string>()
  for (const part of header.split(';')) {
    const at = part.indexOf('=')
    if (at > 0) cookies.set(part.slice(0, at).trim(), part.slice(at + 1).trim())
  }
  return cookies
}

/** Returns the cookies for a new session. @see docs/protocol.md §2.7 */
export function loginCookies(session: Session, host: string, nowMs: number): string[] {
  return [
    cookie(COOKIE.uin, String(session.uin), host, nowMs, 12 * HOUR_MS),
    cookie(COOKIE.sid, session.sid, host, nowMs, 12 * HOUR_MS),
    cookie(COOKIE.loadTime, loadTime(session), host, nowMs, 12 * HOUR_MS),
    cookie('mm_lang', 'zh_CN', host, nowMs, 12 * HOUR_MS),
    dataTicketCookie(session, host, nowMs),
    cookie(COOKIE.uvid, session.uvid, host, nowMs, 10 * YEAR_MS),
    cookie(COOKIE.authTicket, session.authTicket, host, nowMs, 10 * YEAR_MS),
  ]
}

/** Returns the cookies that a sync renews. @see docs/protocol.md §5.2 */
export function syncCookies(session: Session, host: string, nowMs: number, pluginKey: number): string[] {
  return [
    cookie(COOKIE.loadTime, `${loadTime(session)}_expired`, host, nowMs, 12 * HOUR_MS),
    cookie('wxpluginkey', String(pluginKey), host, nowMs, 12 * HOUR_MS),
    cookie(COOKIE.uin, String(session.uin), host, nowMs, 72 * HOUR_MS),
    cookie(COOKIE.sid, session.sid, host, nowMs, 12 * HOUR_MS),
    dataTicketCookie(session, host, nowMs),
  ]
}

/**
 * Returns the data ticket cookie. It is also sent to the file host, so it is set for the parent domain.
 * @see docs/protocol.md §16.5
 */
export function dataTicketCookie(session: Session, host: string, nowMs: number): string {
  return cookie(COOKIE.dataTicket, session.dataTicket, host, nowMs, 12 * HOUR_MS, true)
}

/** Returns the host name without the port if it belongs to the real service. @see docs/protocol.md §2.1 */
export function wechatHost(host: string): string | undefined {
  const name = host.replace(/:\d+$/, '').toLowerCase()
  return /(^|\.)(qq|wechat)\.com$/.test(name) ? name : undefined
}

function cookie(name: string, value: string, host: string, nowMs: number, lifeMs: number, parent = false): string {
  const wechat = wechatHost(host)
  const domain = wechat && (parent ? `.${wechat.split('.').slice(-2).join('.')}` : wechat)
  return `${name}=${value}; ${domain ? `Domain=${domain}; ` : ''}Path=/; Expires=${expires(nowMs + lifeMs)}`
}

function expires(atMs: number): string {
  const date = new Date(atMs)
  const [day, dayOfMonth, month, year, time] = date.toUTCString().replace(',', '').split(' ')
  return `${day}, ${dayOfMonth}-${month}-${year} ${time} GMT`
}

function loadTime(session: Session): string {
  return String(Math.trunc(session.loginAt / 1000))
}

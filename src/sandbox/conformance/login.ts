import { LOGIN_APP_ID, UOS_HEADERS } from '../../transports/web/wire/constants.js'
import type { Subject } from './subject.js'

/** The headers that avoid the login ban. Desktop programs send no Referer header. @see docs/protocol.md §2.6 */
const REQUIRED_HEADERS = ['client-version', 'extspam'] as const

/** @see docs/protocol.md §3.1, §15 */
export function checkJsLogin(subject: Subject): void {
  const query = subject.url.searchParams
  if (subject.method !== 'GET') subject.warn('15', `method is ${subject.method}; use GET`)
  if (query.get('appid') !== LOGIN_APP_ID) subject.warn('1', `appid is not ${LOGIN_APP_ID}`)
  if (query.get('fun') !== 'new') subject.warn('3.1', 'fun is not new')
  if (query.get('lang') !== 'zh_CN') subject.warn('15', 'lang is not zh_CN')
  if (!/[?&]mod=desktop(&|$)/.test(query.get('redirect_uri') ?? '')) {
    subject.warn('15', 'mod=desktop is missing from redirect_uri; most accounts are refused without it')
  }
}

/** @see docs/protocol.md §2.6, §3.4, §15 */
export function checkTicketPage(subject: Subject): void {
  const query = subject.url.searchParams
  if (query.get('fun') !== 'new' || query.get('version') !== 'v2') {
    subject.warn('15', 'fun=new&version=v2 is missing from the ticket URL; the reply is 301 without it')
  }
  if (query.get('mod') !== 'desktop') subject.warn('15', 'mod=desktop is missing from the ticket URL')
  for (const name of REQUIRED_HEADERS) {
    if (subject.request.headers.get(name) !== UOS_HEADERS[name]) {
      subject.warn('2.6', `header ${name} does not have the UOS value; most accounts are refused without it`)
    }
  }
}

/** Whether the request contains both headers that avoid the login ban. @see docs/protocol.md §2.6 */
export function hasUosHeaders(request: Request): boolean {
  return REQUIRED_HEADERS.every((name) => request.headers.get(name) === UOS_HEADERS[name])
}

/** @see docs/protocol.md §3.8, §15 */
export function checkLogout(subject: Subject): void {
  if (subject.method !== 'POST' || subject.url.searchParams.get('type') !== '0') {
    subject.warn('15', 'logout is not a POST with type=0')
  }
}

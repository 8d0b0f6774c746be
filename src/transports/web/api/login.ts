import { decodeXML } from 'entities'
import { LoginError } from '../../../errors.js'
import { text } from '../../../util/read.js'
import { redact } from '../../../util/redact.js'
import type { HttpReply } from '../../http/http-client.js'
import { type Hosts, hostsAfterLogin } from '../hosts.js'
import type { Credentials } from '../session/session.js'
import { COOKIE, LOGIN_APP_ID, UOS_HEADERS } from '../wire/constants.js'
import { ENDPOINTS } from '../wire/endpoints.js'
import { LOGIN_CODE, type PushLoginReply, type TicketPage } from '../wire/login.js'
import { call, describeBody, protocolError, readJson, type Unchecked, type Web } from './call.js'

/** The server holds a poll open for about 25 s. */
const POLL_TIMEOUT_MS = 35_000
const TRIES = 3

/** Requests UOS mode, which most accounts need. @see docs/protocol.md §2.6 */
const REDIRECT_URI = `https://wx.qq.com${ENDPOINTS.webwxnewloginpage.path}?mod=desktop`

/**
 * Requests a new uuid for a QR code; resolves to `undefined` when the server does not issue one.
 *
 * @see docs/protocol.md §3.1
 */
export async function requestUuid(web: Web, signal?: AbortSignal): Promise<string | undefined> {
  const reply = await call(web, 'jslogin', {
    query: { appid: LOGIN_APP_ID, fun: 'new', redirect_uri: REDIRECT_URI, lang: 'zh_CN', _: web.clock.now() },
    tries: TRIES,
    signal,
  })
  const match = /window\.QRLogin\.code\s*=\s*(\d+);(?:\s*window\.QRLogin\.uuid\s*=\s*"([^"\s/?#]{1,200})";)?/.exec(
    reply.text,
  )
  if (!match) throw protocolError('jslogin', `HTTP ${reply.status} with ${describeBody(reply.text)}`)
  return match[1] === '200' ? match[2] : undefined
}

/** Result of one login poll. */
interface LoginPoll {
  /** A value of `LOGIN_CODE`, or an unknown code. */
  code: number
  /** The account's avatar as a `data:` URL; only with code 201. */
  avatar?: string
  /** The URL of the ticket page; only with code 200. */
  redirect?: URL
}

/**
 * Waits up to 25 s for the user to act on the phone.
 *
 * @param tip 1 on the first poll of a uuid
 * @see docs/protocol.md §3.3
 */
export async function pollLogin(web: Web, uuid: string, tip: 0 | 1, signal?: AbortSignal): Promise<LoginPoll> {
  const options = { timeoutMs: POLL_TIMEOUT_MS, tries: TRIES, signal }
  return call(web, 'login', { query: { loginicon: 'true', uuid, tip, r: ~web.clock.now() }, ...options }, readLoginPoll)
}

function readLoginPoll(reply: HttpReply): LoginPoll {
  const code = /window\.code\s*=\s*(\d{1,9})/.exec(reply.text)?.[1]
  if (code === undefined) throw protocolError('login', `HTTP ${reply.status} with ${describeBody(reply.text)}`)
  const avatar = /window\.userAvatar\s*=\s*'(data:im[^']*)'/.exec(reply.text)?.[1]
  const redirect = /window\.redirect_uri\s*=\s*"([^"]+)"/.exec(reply.text)?.[1]
  if (Number(code) === LOGIN_CODE.confirmed && (redirect === undefined || !URL.canParse(redirect))) {
    throw protocolError('login', 'code 200 without a valid redirect_uri')
  }
  return {
    code: Number(code),
    ...(avatar === undefined ? {} : { avatar }),
    ...(redirect === undefined ? {} : { redirect: new URL(redirect) }),
  }
}

/**
 * Exchanges the ticket in `redirect` for credentials. Not retried, because a ticket can be used only once.
 *
 * @throws LoginError with reason `refused` when the server rejects this account
 * @throws ProtocolError when `redirect` points to an untrusted host
 * @see docs/protocol.md §3.4
 */
export async function exchangeTicket(
  web: Web,
  redirect: URL,
  signal?: AbortSignal,
): Promise<{ hosts: Hosts; credentials: Credentials }> {
  const hosts = hostsAfterLogin(web.session.loginOrigin, redirect)
  const url = new URL(redirect)
  for (const [key, value] of Object.entries({ fun: 'new', version: 'v2', mod: 'desktop' }))
    url.searchParams.set(key, value)
  const reply = await web.http.send({
    endpoint: 'webwxnewloginpage',
    method: 'GET',
    url,
    headers: UOS_HEADERS,
    timeoutMs: 30_000,
    signal,
  })
  const page = readTicketPage(reply)
  const credentials = {
    uin: page.wxuin || web.cookies.value(url, COOKIE.uin) || '',
    sid: page.wxsid || web.cookies.value(url, COOKIE.sid) || '',
    skey: page.skey,
    passTicket: page.pass_ticket,
  }
  if (page.ret !== '0') throw refusal(page.ret, page.message)
  if (!/^\d{1,20}$/.test(credentials.uin) || !credentials.sid || !credentials.skey || !credentials.passTicket) {
    throw refusal('0', 'credentials are missing from the reply')
  }
  return { hosts, credentials }
}

function readTicketPage(reply: HttpReply): TicketPage {
  // A ticket can be used only once, so any layout of the page must do.
  const read = (name: keyof TicketPage) => {
    const start = reply.text.indexOf(`<${name}>`)
    const end = reply.text.indexOf(`</${name}>`, start)
    const content = start < 0 || end < 0 ? '' : reply.text.slice(start + name.length + 2, end).trim()
    return /^<!\[CDATA\[([\s\S]*)\]\]>$/.exec(content)?.[1]?.trim() ?? decodeXML(content)
  }
  const isWhole = reply.text.includes('<ret>') && reply.text.includes('</error>')
  if (!isWhole) throw protocolError('webwxnewloginpage', `HTTP ${reply.status} with ${describeBody(reply.text)}`)
  return {
    ret: read('ret'),
    message: read('message'),
    skey: read('skey'),
    wxsid: read('wxsid'),
    wxuin: read('wxuin'),
    pass_ticket: read('pass_ticket'),
    isgrayscale: read('isgrayscale'),
  }
}

function refusal(ret: string, message: string): LoginError {
  const detail = message ? `: ${redact(message).trim()}` : ''
  return new LoginError(
    `WeChat refused this login (ret ${ret}${detail}). Many accounts cannot use the web client. Log in once on the official page in a browser, or try an older account.`,
    { reason: 'refused', ret: Number(ret) },
  )
}

/**
 * Requests confirmation on the phone, without a QR code; resolves to the uuid to poll, or to `undefined` when refused.
 *
 * @see docs/protocol.md §3.5
 */
export async function requestPushLogin(web: Web, uin: string, signal?: AbortSignal): Promise<string | undefined> {
  const reply = await call(web, 'webwxpushloginurl', { query: { uin, mod: 'desktop' }, signal })
  const body: Unchecked<PushLoginReply> = readJson('webwxpushloginurl', reply)
  return text(body.ret) === '0' && text(body.uuid) !== '' ? text(body.uuid) : undefined
}

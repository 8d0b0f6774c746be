import { createHash, timingSafeEqual } from 'node:crypto'
import { Emitter } from '../emitter.js'
import { randomHex } from '../random.js'
import { parseCookies } from '../routes/cookies.js'
import { answer } from '../routes/exchange.js'
import { failure, secured } from './guard.js'

const SECRET_DIGITS = 32

/** Admits other devices to the page. The token in the address is exchanged for a cookie once and then replaced. */
export class Pairing {
  readonly events = new Emitter<{ paired: undefined }>()
  readonly #origin: string
  readonly #home: string
  /** Cookies are shared by all ports of a host, so the name contains the port. */
  readonly #cookieName: string
  readonly #cookies: string[] = []
  #token = randomHex(SECRET_DIGITS)

  /** `home` is the path and query of the page. */
  constructor(origin: string, home: string) {
    this.#origin = origin
    this.#home = home
    this.#cookieName = `itchat-sandbox-${new URL(origin).port}`
  }

  /** The address of the page with a token that has not been used yet. */
  get url(): string {
    return `${this.#origin}/?token=${this.#token}`
  }

  /** Returns the reply to a device that visits with a token or has not been admitted, otherwise `undefined`. */
  admit(request: Request): Response | undefined {
    const { pathname, searchParams } = new URL(request.url)
    const token = pathname === '/' && request.method === 'GET' ? searchParams.get('token') : null
    const cookie = parseCookies(request.headers.get('cookie') ?? '').get(this.#cookieName)
    const isAdmitted = cookie !== undefined && this.#cookies.some((known) => isSame(known, cookie))
    if (isAdmitted) return token === null ? undefined : openHome(this.#home)
    // A prefetched page is not a visit.
    if (token === null || request.headers.has('sec-purpose') || !isSame(token, this.#token)) return refusal(pathname)
    const secret = randomHex(SECRET_DIGITS)
    this.#cookies.push(secret)
    this.#token = randomHex(SECRET_DIGITS)
    const reply = openHome(this.#home)
    reply.headers.set('Set-Cookie', `${this.#cookieName}=${secret}; Path=/; HttpOnly; SameSite=Strict`)
    this.events.emit('paired', undefined)
    return reply
  }
}

/** Compares two secrets in constant time. */
function isSame(known: string, given: string): boolean {
  const [a, b] = [known, given].map((text) => createHash('sha256').update(text).digest())
  return a !== undefined && b !== undefined && timingSafeEqual(a, b)
}

/** Opens the page without the token. After a redirect, a browser that followed a link would not send a Strict cookie. */
function openHome(home: string): Response {
  const page = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${home}"><title>itchat</title>\n`
  return secured(answer(page, 'text/html; charset=utf-8'))
}

function refusal(path: string): Response {
  if (path.startsWith('/api/')) return failure(401, 'Open the latest address that the sandbox printed.')
  return secured(answer(NOT_ADMITTED, 'text/html; charset=utf-8', new Headers(), 401))
}

const NOT_ADMITTED = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>itchat sandbox</title>
<p>This device has no access, or the address has been used. Open the latest address that the sandbox printed in its terminal.</p>
<p lang="zh-CN">此设备没有访问权限，或者地址已经用过。请打开沙盒在终端里打印的最新网址。</p></html>
`

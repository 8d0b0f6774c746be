import { Cookie, CookieJar } from 'tough-cookie'

/** Maximum number of cached URLs, and of cached cookie names. */
const MAX_CACHED = 100

type Headers = Record<string, string | string[] | undefined>

/** Cookies live as long as the session: a clock jump must not expire them. */
const IGNORE_EXPIRY = { expire: false } as const

/**
 * The cookies of one account, matched by domain and path. A cookie is removed only when the server sets it again
 * with an expiry time that has already passed on the server's own clock.
 *
 * @see docs/protocol.md §2.7
 */
export class Cookies {
  #jar = new CookieJar(undefined, { rejectPublicSuffixes: false })
  /** Headers by URL without query, valid until a cookie changes. */
  readonly #headers = new Map<string, string>()
  /** The last line applied for each cookie name, with the URL that sent it. Replies repeat the same few lines. */
  readonly #applied = new Map<string, { source: string; cookie: Cookie }>()

  /** The `Cookie` header for a URL; `''` when no cookie matches. */
  header(url: URL): string {
    const address = url.origin + url.pathname
    let header = this.#headers.get(address)
    if (header === undefined) {
      header = this.#jar.getCookieStringSync(url.href, IGNORE_EXPIRY)
      if (this.#headers.size >= MAX_CACHED) this.#headers.clear()
      this.#headers.set(address, header)
    }
    return header
  }

  /** The value of the cookie that would be sent to `url`. */
  value(url: URL, name: string): string | undefined {
    return this.#jar.getCookiesSync(url.href, IGNORE_EXPIRY).find((cookie) => cookie.key === name)?.value
  }

  /** Applies the `Set-Cookie` headers of a reply. */
  update(url: URL, headers: Headers): void {
    for (const line of [headers['set-cookie'] ?? []].flat()) {
      const source = `${url.origin}${url.pathname} ${line}`
      const name = line.slice(0, line.indexOf('='))
      const applied = this.#applied.get(name)
      if (applied?.source === source && !isRemoval(applied.cookie, headers)) continue
      this.#apply(line, url, headers)
      const cookie = Cookie.parse(line)
      if (this.#applied.size >= MAX_CACHED) this.#applied.clear()
      if (cookie) this.#applied.set(name, { source, cookie })
    }
  }

  /** The jar as JSON, with the domain, path and lifetime of every cookie. */
  save(): unknown {
    return this.#jar.serializeSync()
  }

  /** @throws when `saved` was not returned by `save` */
  restore(saved: unknown): void {
    this.#forget()
    this.#jar = CookieJar.deserializeSync(JSON.stringify(saved))
  }

  clear(): void {
    this.#forget()
    this.#jar.removeAllCookiesSync()
  }

  #apply(line: string, url: URL, headers: Headers): void {
    const parsed = Cookie.parse(line)
    const stored = parsed && this.#jar.setCookieSync(parsed, url.href, { ignoreError: true })
    if (stored?.domain && stored.path && isRemoval(stored, headers)) {
      // The store in memory calls back at once.
      this.#jar.store.removeCookie(stored.domain, stored.path, stored.key, () => {})
    }
    this.#headers.clear()
  }

  #forget(): void {
    this.#headers.clear()
    this.#applied.clear()
  }
}

function isRemoval(cookie: Cookie, headers: Headers): boolean {
  const { maxAge, expires } = cookie
  if (typeof maxAge === 'number') return maxAge <= 0
  if (maxAge === '-Infinity') return true
  const serverTime = Date.parse(String(headers.date))
  const now = Number.isNaN(serverTime) ? Date.now() : serverTime
  return expires instanceof Date && expires.getTime() <= now
}

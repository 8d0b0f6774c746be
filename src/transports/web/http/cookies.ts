import { Cookie, CookieJar } from 'tough-cookie'

type Headers = Record<string, string | string[] | undefined>

/** Cookies live as long as the session: a clock that jumps must not make them expire. */
const IGNORE_EXPIRY = { expire: false } as const

/**
 * The cookies of one account. They go where their domain and path say. Only the server removes one: by a `Set-Cookie` that is
 * expired by the server's own time.
 *
 * @see docs/protocol.md §2.7
 */
export class Cookies {
  #jar = new CookieJar(undefined, { rejectPublicSuffixes: false })

  /** The `Cookie` header for an address; `''` for none. */
  header(url: URL): string {
    return this.#jar.getCookieStringSync(url.href, IGNORE_EXPIRY)
  }

  /** The value of the cookie that would go to `url`. */
  value(url: URL, name: string): string | undefined {
    return this.#jar.getCookiesSync(url.href, IGNORE_EXPIRY).find((cookie) => cookie.key === name)?.value
  }

  /** Takes what a reply sets and removes. */
  async keep(url: URL, headers: Headers): Promise<void> {
    for (const line of [headers['set-cookie'] ?? []].flat()) {
      const sent = Cookie.parse(line)
      const kept = sent && (await this.#jar.setCookie(sent, url.href, { ignoreError: true }))
      if (kept?.domain && kept.path && isRemoval(kept, headers)) {
        await this.#jar.store.removeCookie(kept.domain, kept.path, kept.key)
      }
    }
  }

  /** The jar as JSON, with domain, path and lifetime of every cookie. */
  save(): unknown {
    return this.#jar.serializeSync()
  }

  /** @throws when `saved` did not come from `save` */
  restore(saved: unknown): void {
    this.#jar = CookieJar.deserializeSync(JSON.stringify(saved))
  }

  clear(): void {
    this.#jar.removeAllCookiesSync()
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

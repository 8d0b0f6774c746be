import { answer } from '../routes/exchange.js'
import type { ErrorView } from './view.js'

const SECURITY_HEADERS = {
  'Content-Security-Policy':
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
} as const

/** Adds the security headers that every reply to a browser contains. */
export function secured(response: Response): Response {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.headers.set(name, value)
  return response
}

/**
 * Returns why a browser's request is refused, or `undefined` if it is allowed. Pages on other sites must not be able to
 * reach the sandbox through a form, a script or a host name that resolves to it. `hosts` are the names, with the port,
 * under which the page is served.
 */
export function refusalReason(request: Request, hosts: readonly string[]): string | undefined {
  const host = request.headers.get('host') ?? new URL(request.url).host
  if (!hosts.includes(host)) return `Unexpected host ${host}: use ${hosts[0] ?? 'another address'}.`
  const origin = request.headers.get('origin')
  if (origin !== null && origin !== `http://${host}`) return 'Cross-origin requests are not allowed.'
  const site = request.headers.get('sec-fetch-site')
  if (site === null || site === 'same-origin' || site === 'none') return undefined
  // A link on another site may open the page, because that has no side effects.
  const isNavigation =
    request.headers.get('sec-fetch-mode') === 'navigate' && request.headers.get('sec-fetch-dest') === 'document'
  return isNavigation && request.method === 'GET' ? undefined : 'Cross-site requests are not allowed.'
}

/** A JSON reply from the control API. */
export function json(value: unknown, status = 200): Response {
  return secured(answer(JSON.stringify(value), 'application/json; charset=utf-8', new Headers(), status))
}

export function failure(status: number, error: string): Response {
  return json({ error } satisfies ErrorView, status)
}

import { answer } from '../routes/exchange.js'
import type { ErrorView } from './view.js'

const SECURITY_HEADERS = {
  'Content-Security-Policy':
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
} as const

/** Adds the headers every reply to a browser carries. */
export function secured(response: Response): Response {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.headers.set(name, value)
  return response
}

/**
 * Why a browser's request is refused; `undefined` when it may pass. A page elsewhere on the web must reach nothing: not
 * by a name that points here, not by a form, not by a script.
 */
export function refusalReason(request: Request, port: number): string | undefined {
  const host = request.headers.get('host') ?? new URL(request.url).host
  if (!['127.0.0.1', 'localhost', '[::1]'].some((name) => host === `${name}:${port}`)) {
    return `the sandbox answers on 127.0.0.1:${port} alone, not on ${host}`
  }
  const origin = request.headers.get('origin')
  if (origin !== null && origin !== `http://${host}`) return 'not for pages of other origins'
  const site = request.headers.get('sec-fetch-site')
  if (site === null || site === 'same-origin' || site === 'none') return undefined
  // A link somewhere may lead here: it shows the page and does nothing.
  const link =
    request.headers.get('sec-fetch-mode') === 'navigate' && request.headers.get('sec-fetch-dest') === 'document'
  return link && request.method === 'GET' ? undefined : 'not for pages of other sites'
}

/** Plain JSON of the control API. */
export function json(value: unknown, status = 200): Response {
  return secured(answer(JSON.stringify(value), 'application/json; charset=utf-8', new Headers(), status))
}

export function failure(status: number, error: string): Response {
  return json({ error } satisfies ErrorView, status)
}

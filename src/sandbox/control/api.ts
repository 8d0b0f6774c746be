import type { Core } from '../core.js'
import { SandboxError } from '../errors.js'
import { readBytes } from '../read/bytes.js'
import { type Fields, isObject } from '../read/fields.js'
import { failure } from './guard.js'
import { ApiRefusal } from './refusal.js'
import { ROUTES, type Route } from './routes.js'

const MIB = 1024 * 1024

/** Handles requests to `/api/…`. The caller has already checked where the request came from. */
export async function answerApi(core: Core, request: Request): Promise<Response> {
  const { pathname, searchParams: query } = new URL(request.url)
  const parts = pathname.split('/').slice(2).map(decode)
  const routes = ROUTES.filter(({ path }) => matches(path, parts))
  const route = routes.find(({ method }) => method === request.method)
  if (!route) return noRoute(request.method, routes)
  const body = route.method === 'POST' ? await readJson(request, route.limitBytes) : {}
  if (body instanceof Response) return body
  const id = parts[route.path.indexOf(':id')] ?? ''
  try {
    return await route.handle({ core, request, query, id, body })
  } catch (error) {
    if (error instanceof ApiRefusal) return failure(error.status, error.message)
    if (error instanceof SandboxError) return failure(409, error.message)
    throw error
  }
}

function matches(path: readonly string[], parts: readonly string[]): boolean {
  return path.length === parts.length && path.every((part, index) => part === ':id' || part === parts[index])
}

function noRoute(method: string, routes: readonly Route[]): Response {
  if (routes.length === 0 || method === 'GET') return failure(404, 'Not found.')
  const allowed = [...new Set(routes.map((route) => route.method))].join(', ')
  const refused = failure(405, `Method not allowed. Use ${allowed}.`)
  refused.headers.set('Allow', allowed)
  return refused
}

/** Parses the body of a POST request. Only JSON is accepted, because forms on other sites cannot send it. */
async function readJson(request: Request, limitBytes: number): Promise<Fields | Response> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get('content-type') ?? '')) {
    return failure(415, 'Invalid Content-Type: expected application/json.')
  }
  const bytes = await readBytes(request, limitBytes)
  if (bytes === undefined) return failure(413, `The body is larger than ${limitBytes / MIB} MiB.`)
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    if (isObject(value) && !Array.isArray(value)) return value
  } catch {
    // Handled below like any other invalid body.
  }
  return failure(400, 'Invalid body: expected a JSON object.')
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

import { type LogoutReason, ProtocolError, RefusedError, ServerError } from '../../../errors.js'
import type { Clock } from '../../../util/clock.js'
import { parseJson } from '../../../util/json.js'
import { type Dict, dict, int, isDict, text } from '../../../util/read.js'
import { redact } from '../../../util/redact.js'
import type { HttpReply } from '../../http/http-client.js'
import type { WebHttp } from '../http/web-http.js'
import type { Session } from '../session/session.js'
import type { Bodies, Queries, Replies } from '../wire/calls.js'
import { CONSEQUENCES, type Consequence } from '../wire/consequence.js'
import { ENDPOINTS, type EndpointName } from '../wire/endpoints.js'
import { DEAD_SESSION_RETS, RET } from '../wire/ret.js'

/** Dependencies of every endpoint function. */
export interface Web extends WebHttp {
  readonly session: Session
  readonly clock: Clock
}

/** Timeout for all requests except long polls, syncs and uploads. */
const TIMEOUT_MS = 30_000

/** Query parameters. Values are percent-encoded once; undefined values are omitted. */
type QueryOf<Name extends EndpointName> = Name extends keyof Queries
  ? { [Key in keyof Queries[Name]]: Queries[Name][Key] | undefined }
  : Record<string, string | number | undefined>

/** JSON body of an endpoint that requires more than `BaseRequest`, which is added automatically. */
type BodyOf<Name extends EndpointName> = Name extends keyof Bodies
  ? { body: Omit<Bodies[Name], 'BaseRequest'> }
  : { body?: never }

/** A reply with known keys and unchecked values. */
export type Unchecked<Reply> = { readonly [Key in keyof Reply]?: unknown }

export type CallOptions<Name extends EndpointName = EndpointName> = BodyOf<Name> & {
  query?: QueryOf<Name>
  /** A form to send instead of a JSON body. */
  form?: { bytes: Uint8Array; contentType: string } | undefined
  headers?: Record<string, string>
  /** Defaults to 30 s. */
  timeoutMs?: number
  /** Maximum number of attempts. Defaults to 1; use more only for calls that are safe to repeat. */
  tries?: number
  signal?: AbortSignal | undefined
  /** Advice for the error message when the return code has no specific advice. */
  advice?: string
}

/**
 * Calls an endpoint.
 *
 * @param read parses the reply; if it throws a `ProtocolError`, the call is retried within `tries`
 */
export function call<Name extends EndpointName>(web: Web, name: Name, options: CallOptions<Name>): Promise<HttpReply>
export function call<Name extends EndpointName, T>(
  web: Web,
  name: Name,
  options: CallOptions<Name>,
  read: (reply: HttpReply) => T,
): Promise<T>
export function call<Name extends EndpointName>(
  web: Web,
  name: Name,
  options: CallOptions<Name>,
  read?: (reply: HttpReply) => unknown,
): Promise<unknown> {
  const endpoint = ENDPOINTS[name]
  const url = new URL(endpoint.path, web.session.hosts[endpoint.host])
  if (options.query) url.search = formatQuery(options.query)
  const hasBody = options.form === undefined && endpoint.method === 'POST' && endpoint.reply === 'json'
  const request = {
    endpoint: name,
    method: endpoint.method,
    url,
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    signal: options.signal,
    ...(options.tries === undefined ? {} : { tries: options.tries }),
    ...(options.headers ? { headers: options.headers } : {}),
    ...(options.form ? { body: options.form } : {}),
    ...(hasBody ? { json: { BaseRequest: web.session.baseRequest(), ...options.body } } : {}),
  }
  return read ? web.http.send(request, read) : web.http.send(request)
}

function formatQuery(query: Record<string, string | number | undefined>): string {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) if (value !== undefined) params.set(key, String(value))
  return params.toString()
}

/**
 * Calls a JSON endpoint.
 *
 * @throws ServerError when `Ret` is not 0
 * @throws InvalidRet when `Ret` is not an integer
 * @throws ProtocolError when the reply violates the protocol
 */
export async function callJson<Name extends keyof Replies>(
  web: Web,
  name: Name,
  options: CallOptions<Name>,
): Promise<Unchecked<Replies[Name]>> {
  const { credentials } = web.session
  const { body, ret, ErrMsg } = await call(web, name, options, (reply) => {
    const body = readJson(name, reply)
    const { Ret, ErrMsg } = dict(body.BaseResponse)
    if (Ret === undefined || Ret === null) throw protocolError(name, 'BaseResponse.Ret is missing')
    return { body, ret: int(Ret), ErrMsg }
  })
  if (ret === RET.ok) return body
  // The server did answer, so this is not retried like a network failure.
  if (ret === undefined) throw invalidRet(name)
  // A late reply may belong to the previous session.
  if (consequenceOf(name, ret) === 'check' && credentials === web.session.credentials) web.session.suspectEnd()
  throw refusal(name, ret, text(ErrMsg), options.advice)
}

/** Thrown for a well-formed reply whose return code is not an integer. */
export class InvalidRet extends ProtocolError {}

function invalidRet(name: EndpointName): InvalidRet {
  return new InvalidRet(`${name}: the server replied with a return code that is not an integer.`, {
    endpoint: name,
  })
}

/** The effect of a refusal beyond the refused call. @see docs/protocol.md §12.3 */
export function consequenceOf(name: EndpointName, ret: number): Consequence {
  const row = CONSEQUENCES[name]
  if (!row) return 'call'
  if (DEAD_SESSION_RETS.includes(ret)) return row.dead
  if (ret === RET.tooFrequent) return row.tooFrequent
  return ret === RET.systemError ? row.systemError : row.other
}

/** @throws ProtocolError */
export function readJson(name: EndpointName, reply: HttpReply): Dict {
  if (reply.status >= 400) throw protocolError(name, `HTTP ${reply.status}`)
  let value: unknown
  try {
    value = parseJson(reply.text)
  } catch {
    const found = describeBody(reply.text)
    const body = found === 'JSON' ? 'malformed or truncated JSON' : `${found} instead of JSON`
    throw protocolError(name, reply.status === 200 ? body : `HTTP ${reply.status} with ${body}`)
  }
  if (!isDict(value)) throw protocolError(name, `${describeBody(reply.text)} instead of a JSON object`)
  return value
}

/**
 * The error for a reply that violates the protocol. It has no cause because the parser's message would quote the reply.
 */
export function protocolError(name: EndpointName, found: string): ProtocolError {
  return new ProtocolError(
    `${name}: unexpected reply: ${found}. Check that baseUrl is the address of a WeChat server.`,
    {
      endpoint: name,
    },
  )
}

/** Describes the apparent type of a body without quoting it. */
export function describeBody(body: string): string {
  if (body.trim() === '') return 'an empty body'
  if (/^\s*</.test(body)) return /<html|<!doctype/i.test(body.slice(0, 1_000)) ? 'an HTML page' : 'XML'
  return /^\s*[{[]/.test(body) ? 'JSON' : 'other text'
}

/** Why the session ended, by `Ret` or `retcode`. @see docs/protocol.md §13.1 */
export const LOGOUT_REASONS: Readonly<Record<number, LogoutReason>> = {
  [RET.loggedOutOnPhone]: 'phone',
  [RET.loggedInElsewhere]: 'elsewhere',
  [RET.badCookie]: 'expired',
}

const MAY_HAVE_ENDED = 'The session may have ended. If the next poll shows that it is still alive, repeat the call.'

const ADVICE: Readonly<Record<number, string>> = {
  [RET.badParameter]: 'The server rejected an argument.',
  [RET.loggedOutOnPhone]: MAY_HAVE_ENDED,
  [RET.loggedInElsewhere]: MAY_HAVE_ENDED,
  [RET.badCookie]: MAY_HAVE_ENDED,
  [RET.notFriend]: 'The recipient is not a friend of this account.',
  [RET.tooFrequent]: 'Too many operations in a short time. Wait a few minutes, then send more slowly.',
  [RET.loginRefused]: 'WeChat does not allow this account to use the web client.',
}

function refusal(name: EndpointName, ret: number, message: string, fallback?: string): ServerError {
  const detail = message ? `: ${redact(message)}` : ''
  const advice = ADVICE[ret] ?? fallback ?? 'See the table of return codes in docs/protocol.md §13.1.'
  const description = `${name}: the server refused the request (ret ${ret}${detail}). ${advice}`
  if (ret === RET.tooFrequent)
    return new RefusedError(description, { ret, endpoint: name, advice, reason: 'throttled' })
  return new ServerError(description, { ret, endpoint: name, advice })
}

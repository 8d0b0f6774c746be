import { type LogoutReason, ProtocolError, RefusedError, ServerError } from '../../../errors.js'
import type { Clock } from '../../../util/clock.js'
import { parseJson } from '../../../util/json.js'
import { type Dict, dict, int, isDict, text } from '../../../util/read.js'
import { redact } from '../../../util/redact.js'
import type { HttpClient, HttpReply } from '../http/http-client.js'
import type { Session } from '../session/session.js'
import type { Bodies, Queries, Replies } from '../wire/calls.js'
import { CONSEQUENCES, type Consequence } from '../wire/consequence.js'
import { ENDPOINTS, type EndpointName } from '../wire/endpoints.js'
import { DEAD_SESSION_RETS, RET } from '../wire/ret.js'

/** What every endpoint function needs. */
export interface Web {
  readonly http: HttpClient
  readonly session: Session
  readonly clock: Clock
}

/** Every request but long polls, syncs and uploads. */
const TIMEOUT_MS = 30_000

/** Values are percent-encoded once; absent ones are left out. */
type QueryOf<Name extends EndpointName> = Name extends keyof Queries
  ? { [Key in keyof Queries[Name]]: Queries[Name][Key] | undefined }
  : Record<string, string | number | undefined>

/** JSON body of an endpoint that wants more than `BaseRequest`, which is added. */
type BodyOf<Name extends EndpointName> = Name extends keyof Bodies
  ? { body: Omit<Bodies[Name], 'BaseRequest'> }
  : { body?: never }

/** A reply: its keys are known, their values are not checked. */
export type Unchecked<Reply> = { readonly [Key in keyof Reply]?: unknown }

export type CallOptions<Name extends EndpointName = EndpointName> = BodyOf<Name> & {
  query?: QueryOf<Name>
  /** In place of a JSON body. */
  form?: { bytes: Uint8Array; contentType: string } | undefined
  headers?: Record<string, string>
  /** Default 30 s. */
  timeoutMs?: number
  /** Default 1; more only for calls that may be repeated. */
  tries?: number
  signal?: AbortSignal | undefined
  /** What the caller can do about a refusal whose code says nothing of it. */
  advice?: string
}

/**
 * One request to an endpoint.
 *
 * @param read makes something of whatever it answers; a `ProtocolError` it throws is tried again where `tries` allow
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
  for (const [key, value] of Object.entries(options.query ?? {})) {
    if (value !== undefined) url.searchParams.set(key, String(value))
  }
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

/**
 * One request to a JSON endpoint.
 *
 * @throws ServerError when `Ret` is not 0
 * @throws UnreadableRet when `Ret` is not a whole number
 * @throws ProtocolError when the reply is not the protocol's
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
    if (Ret === undefined || Ret === null) throw protocolError(name, 'the reply has no BaseResponse.Ret')
    return { body, ret: int(Ret), ErrMsg }
  })
  if (ret === RET.ok) return body
  // An answer all the same: it is not asked for again as after a failure of the network.
  if (ret === undefined) throw unreadable(name)
  // An answer that was long on its way may be about the session before this one.
  if (consequenceOf(name, ret) === 'question' && credentials === web.session.credentials) web.session.doubt()
  throw refusal(name, ret, text(ErrMsg), options.advice)
}

/** A reply of the protocol whose return code is not a whole number. */
export class UnreadableRet extends ProtocolError {}

function unreadable(name: EndpointName): UnreadableRet {
  return new UnreadableRet(`${name}: the server refused with a return code that is not a whole number.`, {
    endpoint: name,
  })
}

/** What a refusal costs beyond the call it answers. @see docs/protocol.md §12.3 */
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
    throw protocolError(name, found === 'JSON' ? 'JSON that is broken or cut off' : `${found} instead of JSON`)
  }
  if (!isDict(value)) throw protocolError(name, `${describeBody(reply.text)} instead of a JSON object`)
  return value
}

/** The error for a reply that is not the protocol's. It has no cause: a parser's message would quote the reply. */
export function protocolError(name: EndpointName, found: string): ProtocolError {
  return new ProtocolError(`${name}: unexpected answer, ${found}. Is the address that of a WeChat server?`, {
    endpoint: name,
  })
}

/** What a body seems to be, in a few words that hold nothing of it. */
export function describeBody(body: string): string {
  if (body.trim() === '') return 'an empty body'
  if (/^\s*</.test(body)) return /<html|<!doctype/i.test(body.slice(0, 1_000)) ? 'an HTML page' : 'XML'
  return /^\s*[{[]/.test(body) ? 'JSON' : 'other text'
}

/** Why the session is over, for each `Ret` and `retcode` that says so. @see docs/protocol.md §13.1 */
export const LOGOUT_REASONS: Readonly<Record<number, LogoutReason>> = {
  [RET.loggedOutOnPhone]: 'phone',
  [RET.loggedInElsewhere]: 'elsewhere',
  [RET.badCookie]: 'expired',
}

const LOST = 'The session may be over: polling decides. Send it again when it is not.'

const ADVICE: Readonly<Record<number, string>> = {
  [RET.badParameter]: 'The server could not use an argument.',
  [RET.loggedOutOnPhone]: LOST,
  [RET.loggedInElsewhere]: LOST,
  [RET.badCookie]: LOST,
  [RET.notFriend]: 'The recipient is not a friend of this account.',
  [RET.tooFrequent]: 'Too many operations in a short time: wait some minutes and send more slowly.',
  [RET.loginRefused]: 'WeChat does not let this account use the web client.',
}

function refusal(name: EndpointName, ret: number, message: string, fallback?: string): ServerError {
  const said = message ? `: ${redact(message)}` : ''
  const advice = ADVICE[ret] ?? fallback ?? 'See the table of return codes, docs/protocol.md §13.1.'
  const refused = `${name}: the server refused (ret ${ret}${said}). ${advice}`
  if (ret === RET.tooFrequent) return new RefusedError(refused, { ret, endpoint: name, advice, reason: 'throttled' })
  return new ServerError(refused, { ret, endpoint: name, advice })
}

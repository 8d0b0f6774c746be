import { randomInt } from 'node:crypto'
import { ProtocolError, ServerError, StateError } from '../../../errors.js'
import type { Clock } from '../../../util/clock.js'
import { parseJson } from '../../../util/json.js'
import { type Dict, int, isDict, text } from '../../../util/read.js'
import { redact } from '../../../util/redact.js'
import { VERSION } from '../../../util/version.js'
import type { HttpClient, HttpReply } from '../../http/http-client.js'
import type { IlinkSession } from '../session/session.js'
import type { Bodies, Queries, Replies } from '../wire/calls.js'
import { type BaseInfo, RET } from '../wire/codes.js'
import { APP_ID, AUTHORIZATION_TYPE } from '../wire/constants.js'
import { ENDPOINTS, type EndpointName } from '../wire/endpoints.js'

/** Dependencies of every endpoint function. */
export interface Ilink {
  readonly http: HttpClient
  readonly session: IlinkSession
  readonly clock: Clock
  /** Names this program to the server. @see docs/ilink.md §2.2 */
  readonly botAgent: string
}

const TIMEOUT_MS = 15_000

/** A reply with known keys and unchecked values. */
export type Unchecked<Reply> = { readonly [Key in keyof Reply]?: unknown }

export type CallOptions<Name extends EndpointName> = (Name extends keyof Bodies
  ? { body: Bodies[Name] }
  : { body?: undefined }) &
  (Name extends keyof Queries ? { query: Queries[Name] } : { query?: undefined }) &
  CommonOptions

interface CommonOptions {
  /** Base URL. Default: that of the session. */
  base?: string
  /** Default 15 s. */
  timeoutMs?: number
  /** Maximum number of attempts; use more than 1 only for calls that are safe to repeat. Default 1. */
  tries?: number
  /** HTTP statuses of at least 500 that are returned as an empty reply instead of being thrown. Default: none. */
  accepts?: readonly number[]
  /** Whether the body may be empty. Default false. */
  mayBeEmpty?: boolean
  signal?: AbortSignal | undefined
}

/** A reply with the HTTP status. */
export interface CallReply<Name extends EndpointName> {
  status: number
  body: Unchecked<Replies[Name]>
}

/**
 * Calls an endpoint.
 *
 * @throws ServerError when `ret` or `errcode` is not 0
 * @throws ProtocolError when the reply violates the protocol; NetworkError
 * @throws StateError without a login
 */
export async function call<Name extends EndpointName>(
  ilink: Ilink,
  name: Name,
  options: CallOptions<Name>,
): Promise<CallReply<Name>> {
  const { method, path, isAuthorized } = ENDPOINTS[name]
  const { credentials, hosts } = ilink.session
  if (isAuthorized && !credentials) throw new StateError('Not logged in. Log in first.')
  const base = options.base ?? (isAuthorized ? credentials?.apiBase : undefined) ?? hosts.login
  const url = new URL(base.replace(/\/+$/, '') + path)
  for (const [key, value] of Object.entries(options.query ?? {})) url.searchParams.set(key, value)
  const { tries, accepts, timeoutMs = TIMEOUT_MS, signal } = options
  const request = {
    endpoint: name,
    method,
    url,
    timeoutMs,
    signal,
    // Read for each attempt, because no two requests may have the same X-WECHAT-UIN.
    get headers() {
      return headersOf(method, isAuthorized ? credentials?.token : undefined)
    },
    ...(method === 'POST' ? { json: bodyOf(ilink, name, options.body) } : {}),
    ...(tries === undefined ? {} : { tries }),
    ...(accepts === undefined ? {} : { accepts }),
  }
  const { status, body } = await ilink.http.send(request, (reply) => ({
    status: reply.status,
    body: accepts?.includes(reply.status) ? {} : readReply(name, reply, options.mayBeEmpty ?? false),
  }))
  checkCodes(name, body)
  return { status, body }
}

/** Like `call`, for callers that need only the body. */
export async function callJson<Name extends EndpointName>(
  ilink: Ilink,
  name: Name,
  options: CallOptions<Name>,
): Promise<Unchecked<Replies[Name]>> {
  return (await call(ilink, name, options)).body
}

/** Whether the server no longer knows the token. */
export function isSessionOver(error: unknown): boolean {
  return error instanceof ServerError && error.ret === RET.sessionOver
}

function headersOf(method: string, token: string | undefined): Record<string, string> {
  return {
    'iLink-App-Id': APP_ID,
    'iLink-App-ClientVersion': CLIENT_VERSION,
    ...(method === 'POST'
      ? {
          'content-type': 'application/json',
          AuthorizationType: AUTHORIZATION_TYPE,
          'X-WECHAT-UIN': Buffer.from(String(randomInt(2 ** 32))).toString('base64'),
        }
      : {}),
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
  }
}

/** @see docs/ilink.md §2.2 */
const CLIENT_VERSION = clientVersion(VERSION)

function clientVersion(version: string): string {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0)
  return String(((major & 255) << 16) | ((minor & 255) << 8) | (patch & 255))
}

/** The request for a QR code is the only one without `base_info`. @see docs/ilink.md §2.2 */
function bodyOf({ botAgent }: Ilink, name: EndpointName, body: object = {}): object {
  if (name === 'get_bot_qrcode') return body
  const base_info: BaseInfo = { channel_version: VERSION, bot_agent: botAgent }
  return { ...body, base_info }
}

/** @throws ProtocolError */
function readReply(name: EndpointName, reply: HttpReply, mayBeEmpty: boolean): Dict {
  if (reply.status >= 300) throw protocolError(name, `HTTP ${reply.status}`)
  if (mayBeEmpty && reply.text.trim() === '') return {}
  let value: unknown
  try {
    value = parseJson(reply.text)
  } catch {
    throw protocolError(name, describeText(reply.text))
  }
  if (!isDict(value)) throw protocolError(name, describeText(reply.text))
  return value
}

/** The error for a reply that violates the protocol. It does not quote the reply, which may contain secrets. */
export function protocolError(name: EndpointName, found: string): ProtocolError {
  return new ProtocolError(
    `${name}: unexpected reply: ${found}. Check that baseUrl is the address of an iLink server.`,
    { endpoint: name },
  )
}

function describeText(body: string): string {
  if (body.trim() === '') return 'an empty body instead of JSON'
  return /^\s*</.test(body) ? 'an HTML page instead of JSON' : 'something else than a JSON object'
}

/** A code that is missing means success. @see docs/ilink.md §2.3 */
function checkCodes(name: EndpointName, body: Dict): void {
  const codes = [body.ret, body.errcode].map((code) => int(code, code === undefined || code === null ? 0 : Number.NaN))
  const failed = codes.find((code) => code !== RET.ok)
  if (failed === undefined) return
  if (Number.isNaN(failed)) throw protocolError(name, 'a return code that is not an integer')
  const message = text(body.errmsg)
  const detail = message === '' ? '' : `: ${redact(message.slice(0, 200))}`
  const advice = ADVICE[failed] ?? 'See the table of codes in docs/ilink.md §5.1.'
  throw new ServerError(`${name}: the server refused the request (ret ${failed}${detail}). ${advice}`, {
    ret: failed,
    endpoint: name,
    advice,
  })
}

const ADVICE: Readonly<Record<number, string>> = {
  [RET.refused]: 'The server does not accept this message now.',
  [RET.invalidArguments]: 'The recipient is unknown, or the message is malformed.',
  [RET.noConversation]: 'The owner has not written to the bot yet.',
  [RET.sessionOver]: 'The session may have ended. If the next poll confirms it, log in again.',
}

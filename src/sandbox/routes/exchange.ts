import type { BaseReply } from '../../transports/web/wire/base.js'
import type { EndpointName } from '../../transports/web/wire/endpoints.js'
import { RET } from '../../transports/web/wire/ret.js'
import type { Core } from '../core.js'
import { emptyFields } from '../encode/at-rest.js'
import { wireJson } from '../encode/json.js'
import { recordBody } from '../inspector/reply-body.js'
import type { RequestView } from '../inspector/request-view.js'
import { type Fields, isObject } from '../read/fields.js'
import { parseCookies } from './cookies.js'
import { Refusal } from './refusal.js'

/** A request from a program, with helpers for the reply. */
export class Exchange {
  readonly core: Core
  readonly endpoint: EndpointName
  readonly request: Request
  readonly url: URL
  /** The request body, which may be empty. */
  readonly bytes: Buffer
  readonly cookies: ReadonlyMap<string, string>
  /** The record of this request in the traffic log. */
  readonly entry: RequestView
  /** The result that the traffic log shows. */
  result: string | undefined
  /** Why the request was refused. Only for the traffic log, because the real service sends no explanation. */
  reason: string | undefined
  /** Set by a fault: transforms a JSON reply. */
  transformReply: ((reply: object) => object) | undefined
  /** Set by a fault: redelivers messages. */
  redelivers = false
  /** Set by a fault: refuses the login. */
  refusesLogin = false
  /** Set by a fault: empties the SyncKey of the reply. */
  emptiesSyncKey = false
  #body: Fields | undefined

  constructor(core: Core, endpoint: EndpointName, request: Request, bytes: Buffer, entry: RequestView) {
    this.core = core
    this.entry = entry
    this.endpoint = endpoint
    this.request = request
    this.url = new URL(request.url)
    this.bytes = bytes
    this.cookies = parseCookies(request.headers.get('cookie') ?? '')
  }

  get method(): string {
    return this.request.method
  }

  /** The host name and port from the `Host` header. */
  get host(): string {
    return this.request.headers.get('host') ?? this.url.host
  }

  /**
   * Unix time in milliseconds from which cookies expire: the later of the sandbox's time and the system time, because a
   * program's cookie jar may use the system clock.
   */
  cookieTime(): number {
    return Math.max(this.core.clock.now(), Date.now())
  }

  /** Returns a query parameter, decoded once, or `''` if it is absent. */
  query(name: string): string {
    return this.url.searchParams.get(name) ?? ''
  }

  /** The body as text. */
  get text(): string {
    return this.bytes.toString('utf8')
  }

  /** The JSON body, regardless of the content type. Refuses with 1200 if it is invalid. */
  get body(): Fields {
    this.#body ??= parseBody(this.text)
    return this.#body
  }

  /** Records a conformance warning. */
  warn(section: string, text: string): void {
    this.core.warn(this.entry, section, text)
  }

  /** Replies with JSON as the real service does: as text/plain without a charset. @see docs/protocol.md §2.8 */
  json<Reply extends Partial<BaseReply> & { ret?: string }>(reply: Reply, headers?: Headers): Response {
    this.result ??= String(reply.BaseResponse?.Ret ?? 0)
    return answer(wireJson(this.transformReply?.(reply) ?? reply), 'text/plain', headers)
  }

  /** Refuses the request. All other fields of the reply are empty. @see docs/protocol.md §2.5 */
  refuse(ret: number): Response {
    return this.json({ BaseResponse: baseResponse(ret), ...emptyFields(this.endpoint) })
  }

  /** Replies with `Ret` 0 and no other fields. */
  ok(): Response {
    return this.json({ BaseResponse: baseResponse() })
  }

  script(text: string, result: string): Response {
    this.result = result
    return answer(text, 'text/javascript')
  }

  picture(bytes: Buffer, type: string): Response {
    return answer(new Uint8Array(bytes), type)
  }
}

/** @see docs/protocol.md §2.5 */
export function baseResponse(ret = 0) {
  return { Ret: ret, ErrMsg: '' }
}

/** Creates a reply with `Content-Length`, which some programs require. */
export function answer(
  body: string | Uint8Array<ArrayBuffer>,
  type: string,
  headers = new Headers(),
  status = 200,
): Response {
  headers.set('Content-Type', type)
  headers.set('Content-Length', String(typeof body === 'string' ? Buffer.byteLength(body) : body.length))
  headers.set('Cache-Control', 'no-cache, must-revalidate')
  return recordBody(new Response(body, { status, headers }), body)
}

function parseBody(text: string): Fields {
  if (text.trim() === '') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Refusal(RET.unparsable, 'the body is not JSON')
  }
  if (!isObject(value) || Array.isArray(value)) {
    throw new Refusal(RET.unparsable, 'the body is not a JSON object')
  }
  return value
}

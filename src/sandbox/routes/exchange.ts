import type { BaseReply } from '../../transports/web/wire/base.js'
import type { EndpointName } from '../../transports/web/wire/endpoints.js'
import { RET } from '../../transports/web/wire/ret.js'
import type { Core } from '../core.js'
import { emptyFields } from '../encode/at-rest.js'
import { wireJson } from '../encode/json.js'
import { type Fields, isObject } from '../read/fields.js'
import { parseCookies } from './cookies.js'
import { Refusal } from './refusal.js'

/** One request of a program, with helpers for the reply. */
export class Exchange {
  readonly core: Core
  readonly endpoint: EndpointName
  readonly request: Request
  readonly url: URL
  /** The body; empty when missing. */
  readonly bytes: Buffer
  readonly cookies: ReadonlyMap<string, string>
  /** The result shown in the traffic log. */
  result: string | undefined
  /** Why it was refused, for the traffic log only: the real service sends no explanation. */
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

  constructor(core: Core, endpoint: EndpointName, request: Request, bytes: Buffer) {
    this.core = core
    this.endpoint = endpoint
    this.request = request
    this.url = new URL(request.url)
    this.bytes = bytes
    this.cookies = parseCookies(request.headers.get('cookie') ?? '')
  }

  get method(): string {
    return this.request.method
  }

  /** Host name and port from the `Host` header. */
  get host(): string {
    return this.request.headers.get('host') ?? this.url.host
  }

  /** Base of cookie expiry, epoch ms: a program's cookie jar may use the system time despite a custom sandbox clock. */
  cookieTime(): number {
    return Math.max(this.core.clock.now(), Date.now())
  }

  /** A query parameter, decoded once; `''` when absent. */
  query(name: string): string {
    return this.url.searchParams.get(name) ?? ''
  }

  /** The body as text. */
  get text(): string {
    return this.bytes.toString('utf8')
  }

  /** The JSON body, regardless of content type; throws Ret 1200 when invalid. */
  get body(): Fields {
    this.#body ??= parseBody(this.text)
    return this.#body
  }

  /** Records a conformance warning. */
  warn(section: string, text: string): void {
    this.core.conformance.warn(this.endpoint, section, text)
  }

  /** JSON as the real service sends it, as text/plain without a charset. @see docs/protocol.md §2.8 */
  json<Reply extends Partial<BaseReply> & { ret?: string }>(reply: Reply, headers?: Headers): Response {
    this.result ??= String(reply.BaseResponse?.Ret ?? 0)
    return answer(wireJson(this.transformReply?.(reply) ?? reply), 'text/plain', headers)
  }

  /** A refusal, with every reply field empty. @see docs/protocol.md §2.5 */
  refuse(ret: number): Response {
    return this.json({ BaseResponse: baseResponse(ret), ...emptyFields(this.endpoint) })
  }

  /** A reply with only Ret 0. */
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

/** A reply with `Content-Length`, which some programs require. */
export function answer(
  body: string | Uint8Array<ArrayBuffer>,
  type: string,
  headers = new Headers(),
  status = 200,
): Response {
  headers.set('Content-Type', type)
  headers.set('Content-Length', String(typeof body === 'string' ? Buffer.byteLength(body) : body.length))
  headers.set('Cache-Control', 'no-cache, must-revalidate')
  return new Response(body, { status, headers })
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

import type { BaseReply } from '../../transports/web/wire/base.js'
import type { EndpointName } from '../../transports/web/wire/endpoints.js'
import { RET } from '../../transports/web/wire/ret.js'
import type { Core } from '../core.js'
import { fieldsAtRest } from '../encode/at-rest.js'
import { wireJson } from '../encode/json.js'
import { type Fields, isObject } from '../read/fields.js'
import { parseCookies } from './cookies.js'
import { Refusal } from './refusal.js'

/** One request of a program and the ways to answer it. */
export class Exchange {
  readonly core: Core
  readonly endpoint: EndpointName
  readonly request: Request
  readonly url: URL
  /** The body; empty when there is none. */
  readonly bytes: Buffer
  readonly cookies: ReadonlyMap<string, string>
  /** What the log shows of the reply. */
  result: string | undefined
  /** Why it was refused, for the log alone: the real service sends no words. */
  reason: string | undefined
  /** What a fault does to a reply of JSON. */
  reshape: ((reply: object) => object) | undefined
  /** A fault lets messages be delivered again. */
  deliversAgain = false
  /** A fault refuses the login, should it come to that. */
  refusesLogin = false
  /** A fault takes the SyncKey out of the reply. */
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

  /** Host name and port the program believes to talk to. */
  get host(): string {
    return this.request.headers.get('host') ?? this.url.host
  }

  /** Epoch ms cookies count from: a program's jar may live in the machine's time though the sandbox was given another. */
  cookieTime(): number {
    return Math.max(this.core.clock.now(), Date.now())
  }

  /** A parameter of the query, decoded once; `''` when absent. */
  query(name: string): string {
    return this.url.searchParams.get(name) ?? ''
  }

  /** The body as text. */
  get text(): string {
    return this.bytes.toString('utf8')
  }

  /** The JSON body whatever its content type; throws Ret 1200 when it is none. */
  get body(): Fields {
    this.#body ??= parseBody(this.text)
    return this.#body
  }

  /** Notes something only luck lets pass. */
  warn(section: string, text: string): void {
    this.core.conformance.warn(this.endpoint, section, text)
  }

  /** JSON as the real service sends it: no charset, and nobody minds. @see docs/protocol.md §2.8 */
  json<Reply extends Partial<BaseReply> & { ret?: string }>(reply: Reply, headers?: Headers): Response {
    this.result ??= String(reply.BaseResponse?.Ret ?? 0)
    return answer(wireJson(this.reshape?.(reply) ?? reply), 'text/plain', headers)
  }

  /** A refusal: every field of the reply at rest. @see docs/protocol.md §2.5 */
  refuse(ret: number): Response {
    return this.json({ BaseResponse: baseResponse(ret), ...fieldsAtRest(this.endpoint) })
  }

  /** A reply that says no more than 0. */
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

/** A reply of known length, which some programs insist on. */
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

import { type BaseReply, RET } from '../../transports/ilink/wire/codes.js'
import type { RequestView } from '../control/view.js'
import type { Core } from '../core.js'
import { wireJson } from '../encode/json.js'
import type { FaultKind } from '../faults/fault-table.js'
import { type Fields, isObject } from '../read/fields.js'
import { answer } from '../routes/exchange.js'
import type { Binding } from './binding.js'
import type { IlinkEndpoint } from './endpoints.js'
import type { IlinkService } from './service.js'

/** Thrown to refuse a request with a code. @see docs/ilink.md §5.1 */
export class IlinkRefusal extends Error {
  override name = 'IlinkRefusal'
  readonly ret: number
  readonly errmsg: string

  /** `reason` is for the traffic log; the program receives `errmsg`. */
  constructor(ret: number, errmsg: string, reason: string) {
    super(reason)
    this.ret = ret
    this.errmsg = errmsg
  }
}

/** Thrown to answer with an HTTP status other than 200. */
export class HttpRefusal extends Error {
  override name = 'HttpRefusal'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, reason: string, headers: Readonly<Record<string, string>> = {}) {
    super(reason)
    this.status = status
    this.headers = headers
  }
}

/** A request from an iLink program, with helpers for the reply. */
export class IlinkExchange {
  readonly core: Core
  readonly endpoint: IlinkEndpoint
  readonly request: Request
  readonly url: URL
  /** The request body; empty for uploads, which are read as a stream. */
  readonly bytes: Buffer
  /** The result that the traffic log shows. */
  result: string | undefined
  /** Why the request was refused. Only for the traffic log. */
  reason: string | undefined
  /** Set by a fault: transforms a JSON reply. */
  transformReply: ((reply: object) => object) | undefined
  /** Faults that the handlers apply, with their seeds. */
  readonly quirks = new Map<FaultKind, number>()
  /** Set by a fault: the speed at which an upload is read. */
  bytesPerSecond: number | undefined
  readonly #entry: RequestView
  #body: Fields | undefined

  /** `entry` is the record of this request in the traffic log. */
  constructor(core: Core, endpoint: IlinkEndpoint, request: Request, bytes: Buffer, entry: RequestView) {
    this.core = core
    this.endpoint = endpoint
    this.request = request
    this.url = new URL(request.url)
    this.bytes = bytes
    this.#entry = entry
  }

  get service(): IlinkService {
    return this.core.ilink
  }

  get method(): string {
    return this.request.method
  }

  get nowMs(): number {
    return this.core.clock.now()
  }

  /** Records faults that were drawn after the request had arrived. */
  addFaults(kinds: readonly FaultKind[]): void {
    if (kinds.length > 0) this.#entry.faults = [...(this.#entry.faults ?? []), ...kinds]
  }

  get hasFaults(): boolean {
    return (this.#entry.faults?.length ?? 0) > 0
  }

  query(name: string): string {
    return this.url.searchParams.get(name) ?? ''
  }

  header(name: string): string | undefined {
    return this.request.headers.get(name) ?? undefined
  }

  /** The JSON body. Refuses with HTTP 400 if it is invalid. */
  get body(): Fields {
    this.#body ??= parseBody(this.bytes.toString('utf8'))
    return this.#body
  }

  /** The bot whose token the request contains, whether it is valid or not. */
  get owner(): Binding | undefined {
    const token = /^Bearer (.+)$/.exec(this.header('authorization') ?? '')?.[1]
    return token === undefined ? undefined : this.service.findToken(token)
  }

  /** The program that sent the request. Refuses with -14 unless its token is valid. */
  get binding(): Binding {
    const binding = this.owner
    if (binding?.tokenState === 'valid') return binding
    if (binding) recordDenial(this, binding)
    throw sessionOver(binding ? `the token is ${binding.tokenState}` : 'the token is missing or unknown')
  }

  /** Records a conformance warning. `section` is a section of docs/ilink.md. */
  warn(section: string, text: string): void {
    this.core.conformance.warn(this.endpoint, section, text, 'docs/ilink.md')
  }

  /** Replies with JSON. Bigints are written with all their digits. */
  json(reply: BaseReply | object): Response {
    this.result ??= resultOf(reply)
    return answer(wireJson(this.transformReply?.(reply) ?? reply), 'application/json')
  }

  /** Replies with success. */
  ok(fields: object = {}): Response {
    return this.json({ ...(this.quirks.has('missingRet') ? {} : { ret: RET.ok }), ...fields })
  }

  /** Refuses the request with HTTP 200. @see docs/ilink.md §2.3 */
  refuse(ret: number, errmsg: string): Response {
    const { errorShape } = this.service.settings
    const shape = this.quirks.has('errcodeOnly') ? 'errcode' : errorShape
    this.result = String(ret)
    return this.json({
      ...(shape === 'errcode' ? {} : { ret }),
      ...(shape === 'ret' ? {} : { errcode: ret }),
      errmsg: this.quirks.has('emptyErrmsg') ? '' : errmsg,
    })
  }
}

export function sessionOver(reason: string): IlinkRefusal {
  return new IlinkRefusal(RET.sessionOver, 'session timeout', reason)
}

/** One more start notice and poll is right after -14; more polls and sends are not. @see docs/ilink.md §7 */
function recordDenial(exchange: IlinkExchange, { memory }: Binding): void {
  if (exchange.endpoint === 'getupdates' && ++memory.deniedPolls > 2) {
    exchange.warn('7', 'polling goes on after -14; try once more, then log in again')
  }
  if (exchange.endpoint === 'sendmessage' && ++memory.deniedSends > 1) {
    exchange.warn('7', 'sending goes on after -14; log in again first')
  }
}

function resultOf(reply: object): string {
  const { ret, errcode }: { ret?: unknown; errcode?: unknown } = reply
  return String(ret || errcode || 0)
}

function parseBody(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value) && !Array.isArray(value)) return value
  } catch {
    // Handled below like any other invalid body.
  }
  throw new HttpRefusal(400, 'the body is not a JSON object')
}

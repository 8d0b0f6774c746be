import { type BaseReply, RET } from '../../../transports/ilink/wire/codes.js'
import type { Core } from '../../core.js'
import { wireJson } from '../../encode/json.js'
import type { FaultKind } from '../../faults/fault-table.js'
import type { RequestView } from '../../inspector/request-view.js'
import { type Fields, isObject } from '../../read/fields.js'
import { answer } from '../../routes/exchange.js'
import type { Binding } from '../binding.js'
import type { IlinkEndpoint } from '../endpoints.js'
import type { IlinkService } from '../service.js'

/** Faults after which the program still receives the reply, and its cursor and tokens. */
const HARMLESS: ReadonlySet<FaultKind> = new Set([
  ...(['delay', 'slow', 'duplicate', 'duplicateNewId', 'noContextToken', 'idAsString'] as const),
  ...(['noKey', 'rawKey', 'hexKey', 'keyMismatch', 'missingRet', 'emptyErrmsg', 'errcodeOnly'] as const),
])

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
  /** Set by a fault: the speed at which an upload is read. */
  bytesPerSecond: number | undefined
  /** The record of this request in the traffic log. */
  readonly entry: RequestView
  /** Called when the reply has been sent, unless it may not have reached the program as it was. */
  onReceived: (() => void) | undefined
  #body: Fields | undefined

  constructor(core: Core, endpoint: IlinkEndpoint, request: Request, bytes: Buffer, entry: RequestView) {
    this.core = core
    this.endpoint = endpoint
    this.request = request
    this.url = new URL(request.url)
    this.bytes = bytes
    this.entry = entry
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
    if (kinds.length > 0) this.entry.faults = [...(this.entry.faults ?? []), ...kinds]
  }

  /** Draws a fault at the point where it acts. Returns whether it does. */
  draws(kind: FaultKind): boolean {
    const { pathname, search } = this.url
    const triggered = this.core.faults.triggerEffect(this.endpoint, pathname + search, kind)
    this.addFaults(triggered.map(({ fault }) => fault.kind))
    return triggered.length > 0
  }

  /** Whether the program receives the reply as it is, as far as the sandbox can know. */
  get isReceived(): boolean {
    return !this.request.signal.aborted && (this.entry.faults ?? []).every((kind) => HARMLESS.has(kind))
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
    this.core.warn(this.entry, section, text, 'docs/ilink.md')
  }

  /** Replies with JSON. Bigints are written with all their digits. */
  json(reply: BaseReply | object): Response {
    this.result ??= resultOf(reply)
    return answer(wireJson(this.transformReply?.(reply) ?? reply), 'application/json')
  }

  /** Replies with success. */
  ok(fields: object = {}): Response {
    return this.json({ ...(this.draws('missingRet') ? {} : { ret: RET.ok }), ...fields })
  }

  /** Refuses the request with HTTP 200. @see docs/ilink.md §2.3 */
  refuse(ret: number, errmsg: string): Response {
    const { errorShape } = this.service.settings
    const shape = errorShape !== 'errcode' && this.draws('errcodeOnly') ? 'errcode' : errorShape
    this.result = String(ret)
    return this.json({
      ...(shape === 'errcode' ? {} : { ret }),
      ...(shape === 'ret' ? {} : { errcode: ret }),
      errmsg: errmsg !== '' && this.draws('emptyErrmsg') ? '' : errmsg,
    })
  }
}

const GIVE_UP = 'requests go on after -14; log in again first'

/** How many requests with a token that has ended are still right. Only a poll shows that the session is over. */
const DENIED: Partial<Record<IlinkEndpoint, { readonly allowed: number; readonly text: string }>> = {
  getupdates: { allowed: 2, text: 'polling goes on after -14; try once more, then log in again' },
  sendmessage: { allowed: 1, text: 'sending goes on after -14; log in again first' },
  notifystart: { allowed: 3, text: GIVE_UP },
  getconfig: { allowed: 10, text: GIVE_UP },
  getuploadurl: { allowed: 10, text: GIVE_UP },
}

export function sessionOver(reason: string): IlinkRefusal {
  return new IlinkRefusal(RET.sessionOver, 'session timeout', reason)
}

/** One more start notice and poll is right after -14; more requests are not. @see docs/ilink.md §7 */
function recordDenial(exchange: IlinkExchange, { memory }: Binding): void {
  const { endpoint } = exchange
  const rule = DENIED[endpoint]
  if (!rule) return
  const count = (memory.denied.get(endpoint) ?? 0) + 1
  memory.denied.set(endpoint, count)
  if (count > rule.allowed) exchange.warn('7', rule.text)
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

import { ENDPOINTS, type EndpointName } from '../../transports/web/wire/endpoints.js'
import { RET } from '../../transports/web/wire/ret.js'

/** An endpoint that supports faults: any endpoint except the link in the QR code, which the page serves. */
export type FaultEndpoint = Exclude<EndpointName, 'scan'>

/** The numeric parameter that a kind of fault accepts. */
interface Parameter {
  readonly name: string
  readonly min: number
  readonly max: number
  /** Absent if the parameter is required. */
  readonly default?: number
}

interface FaultRow {
  /** What the fault affects. The page groups the kinds of faults by this value. */
  readonly group: 'connection' | 'reply' | 'delivery' | 'session'
  /** The endpoints that the fault can affect. */
  readonly endpoints: 'any' | 'json' | 'ret' | readonly FaultEndpoint[]
  readonly parameter?: Parameter
  /** Set if the fault replaces the reply. The request is then not processed. */
  readonly replacesReply?: true
}

const PARAMETERS = {
  ms: { name: 'ms', min: 1, max: 600_000, default: 3000 },
  bytesPerSecond: { name: 'bytesPerSecond', min: 1, max: 1_000_000_000, default: 64 * 1024 },
  status: { name: 'status', min: 500, max: 599, default: 503 },
  ret: { name: 'ret', min: -9999, max: 9999 },
} as const satisfies Record<string, Parameter>

/** All kinds of faults that a sandbox can inject. */
const FAULTS = {
  /** The connection is reset before any reply. The request is not processed. */
  drop: { group: 'connection', endpoints: 'any', replacesReply: true },
  /** The connection is reset in the middle of the reply body, after the request was processed. */
  cut: { group: 'connection', endpoints: 'any' },
  /** The request is processed after `ms` on the sandbox's clock. */
  delay: { group: 'connection', endpoints: 'any', parameter: PARAMETERS.ms },
  /** The body of an upload is read at `bytesPerSecond`, measured on the sandbox's clock. */
  slow: { group: 'connection', endpoints: ['webwxuploadmedia'], parameter: PARAMETERS.bytesPerSecond },
  /** The reply is an HTML page with the 5xx `status`. The request is not processed. */
  status: { group: 'reply', endpoints: 'any', parameter: PARAMETERS.status, replacesReply: true },
  /** The reply is an HTML page with status 200, like that of a captive portal. The request is not processed. */
  garbage: { group: 'reply', endpoints: 'any', replacesReply: true },
  /** The response is valid, but its body is only the first half of the reply. The request is processed. */
  truncate: { group: 'reply', endpoints: 'any' },
  /** Some values in a JSON reply, chosen by the seed, are changed to another type or null. The request is processed. */
  wrongTypes: { group: 'reply', endpoints: 'json' },
  /** `webwxsync` delivers its messages twice and redelivers the ten before them, all with their original `MsgId`. */
  duplicate: { group: 'delivery', endpoints: ['webwxsync'] },
  /** The request is processed, but the connection is reset before the reply: a lost acknowledgment. */
  dropReply: { group: 'delivery', endpoints: 'any' },
  /** `webwxsync` returns an empty SyncKey. A program that keeps its old key receives the same events again. */
  syncKeyReset: { group: 'delivery', endpoints: ['webwxsync'] },
  /**
   * The reply contains `ret` as its `Ret`, as the retcode of `synccheck` or in the ticket page. The request is not
   * processed, and the session stays valid.
   */
  ret: { group: 'session', endpoints: 'ret', parameter: PARAMETERS.ret, replacesReply: true },
  /** The login poll returns 400, which means that the QR code has expired. */
  expireQr: { group: 'session', endpoints: ['login'], replacesReply: true },
} as const satisfies Record<string, FaultRow>

export type FaultKind = keyof typeof FAULTS

export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[]

/** Returns the row for a kind as the general type `FaultRow`. */
export const faultRow = (kind: FaultKind): FaultRow => FAULTS[kind]

/** Which requests a fault affects, and how often. */
export interface FaultMatch<Path = string> {
  /**
   * The name of an endpoint, such as `webwxsync`, or any fragment of the path and query that contains a `/`. Default:
   * all endpoints that the kind supports. For `ret`, the default depends on the code: the ticket page for 1203, the
   * endpoints that send messages or change contacts for 1204 and 1205, and all except the ticket page for other codes.
   */
  path?: Path
  /**
   * Number of hits after which the fault ends; `Infinity` (`null` in JSON) for no limit. Default: 1, or `Infinity` with
   * `probability`.
   */
  count?: number | null
  /** Probability that a matching request is affected, from 0 to 1. Default 1. */
  probability?: number
  /** An integer. The same seed and the same requests produce the same faults. Default 1. */
  seed?: number
}

type Parameterised<Row> = Row extends { parameter: { name: infer Name extends string; default: number } }
  ? { [Key in Name]?: number }
  : Row extends { parameter: { name: infer Name extends string } }
    ? { [Key in Name]: number }
    : unknown

/** A fault to add. `kind` determines its parameter. */
export type FaultSpec<Path = string | RegExp> = {
  [K in FaultKind]: { kind: K } & Parameterised<(typeof FAULTS)[K]> & FaultMatch<Path>
}[FaultKind]

const ALL = Object.keys(ENDPOINTS).filter((name) => name !== 'scan') as FaultEndpoint[]
const JSON_ONLY = ALL.filter((name) => ENDPOINTS[name].reply === 'json')
const ACTION_ENDPOINTS: readonly FaultEndpoint[] = [
  'webwxsendmsg',
  'webwxsendmsgimg',
  'webwxsendvideomsg',
  'webwxsendemoticon',
  'webwxsendappmsg',
  'webwxverifyuser',
  'webwxoplog',
  'webwxcreatechatroom',
  'webwxupdatechatroom',
]

/** The endpoints that a kind supports. */
export function faultEndpoints(kind: FaultKind): readonly FaultEndpoint[] {
  const { endpoints } = faultRow(kind)
  if (endpoints === 'any') return ALL
  if (endpoints === 'json') return JSON_ONLY
  return endpoints === 'ret' ? [...JSON_ONLY, 'synccheck', 'webwxnewloginpage'] : endpoints
}

/** The endpoints that a fault without `path` affects. */
export function defaultEndpoints(kind: FaultKind, value: number | undefined): readonly FaultEndpoint[] {
  if (kind !== 'ret') return faultEndpoints(kind)
  if (value === RET.loginRefused) return ['webwxnewloginpage']
  return value === RET.notFriend || value === RET.tooFrequent ? ACTION_ENDPOINTS : [...JSON_ONLY, 'synccheck']
}

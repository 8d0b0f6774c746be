import { ENDPOINTS, type EndpointName } from '../../transports/web/wire/endpoints.js'
import { RET } from '../../transports/web/wire/ret.js'

/** An endpoint that supports faults: all but the link in a QR, which the page serves. */
export type FaultEndpoint = Exclude<EndpointName, 'scan'>

/** The numeric parameter of a kind of fault. */
interface Parameter {
  readonly name: string
  readonly min: number
  readonly max: number
  /** Absent when required. */
  readonly default?: number
}

interface FaultRow {
  /** The affected area; the page groups the kinds by it. */
  readonly group: 'connection' | 'reply' | 'delivery' | 'session'
  /** The endpoints it supports. */
  readonly endpoints: 'any' | 'json' | 'ret' | readonly FaultEndpoint[]
  readonly parameter?: Parameter
  /** It replaces the reply: the request is not processed. */
  readonly replacesReply?: true
}

const PARAMETERS = {
  ms: { name: 'ms', min: 1, max: 600_000, default: 3000 },
  bytesPerSecond: { name: 'bytesPerSecond', min: 1, max: 1_000_000_000, default: 64 * 1024 },
  status: { name: 'status', min: 500, max: 599, default: 503 },
  ret: { name: 'ret', min: -9999, max: 9999 },
} as const satisfies Record<string, Parameter>

/** Every kind of fault that a sandbox can inject. */
const FAULTS = {
  /** The connection is reset before any reply; nothing was processed. */
  drop: { group: 'connection', endpoints: 'any', replacesReply: true },
  /** The connection is reset in the middle of the reply's body; the request was processed. */
  cut: { group: 'connection', endpoints: 'any' },
  /** Processing of the request starts after `ms` of the sandbox's clock. */
  delay: { group: 'connection', endpoints: 'any', parameter: PARAMETERS.ms },
  /** The body of an upload is read at `bytesPerSecond` of the sandbox's clock. */
  slow: { group: 'connection', endpoints: ['webwxuploadmedia'], parameter: PARAMETERS.bytesPerSecond },
  /** An HTTP `status` of 5xx with a page of HTML; nothing was processed. */
  status: { group: 'reply', endpoints: 'any', parameter: PARAMETERS.status, replacesReply: true },
  /** An HTML page with status 200, as from a captive portal; nothing was processed. */
  garbage: { group: 'reply', endpoints: 'any', replacesReply: true },
  /** A complete reply with the first half of the body; the request was processed. */
  truncate: { group: 'reply', endpoints: 'any' },
  /** JSON in which the seed picks values to replace by other types or null. The request was processed. */
  wrongTypes: { group: 'reply', endpoints: 'json' },
  /** `webwxsync` delivers its messages twice and redelivers the ten before them, under the same `MsgId`. */
  duplicate: { group: 'delivery', endpoints: ['webwxsync'] },
  /** The request is processed, the reply is never sent, the connection is reset: a lost acknowledgement. */
  dropReply: { group: 'delivery', endpoints: 'any' },
  /** `webwxsync` delivers with an empty SyncKey: a program that keeps the old one receives the same events again. */
  syncKeyReset: { group: 'delivery', endpoints: ['webwxsync'] },
  /**
   * The server replies `ret`, as `Ret`, as retcode of `synccheck` or in the ticket page; nothing was processed, and the
   * session stays live.
   */
  ret: { group: 'session', endpoints: 'ret', parameter: PARAMETERS.ret, replacesReply: true },
  /** The login poll returns 400: the QR has expired. */
  expireQr: { group: 'session', endpoints: ['login'], replacesReply: true },
} as const satisfies Record<string, FaultRow>

export type FaultKind = keyof typeof FAULTS

export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[]

/** A row of the table with its general type. */
export const faultRow = (kind: FaultKind): FaultRow => FAULTS[kind]

/** Which requests a fault affects, and how often. */
export interface FaultMatch<Path = string> {
  /**
   * Name of an endpoint, such as `webwxsync`; or a part of path and query, with a `/` in it. Default: all endpoints that
   * the kind supports; for `ret` 1203 the ticket page, for 1204 and 1205 endpoints that send or act, for other codes all
   * but the ticket page.
   */
  path?: Path
  /** Number of hits before it ends; `Infinity` (`null` in JSON) for no limit. Default 1; with `probability`, `Infinity`. */
  count?: number | null
  /** 0 to 1. Default 1. */
  probability?: number
  /** Integer; the same seed and the same requests give the same faults. Default 1. */
  seed?: number
}

type Parameterised<Row> = Row extends { parameter: { name: infer Name extends string; default: number } }
  ? { [Key in Name]?: number }
  : Row extends { parameter: { name: infer Name extends string } }
    ? { [Key in Name]: number }
    : unknown

/** A fault to add; `kind` determines its parameter. */
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

import { ENDPOINTS, type EndpointName } from '../../transports/web/wire/endpoints.js'
import { RET } from '../../transports/web/wire/ret.js'

/** An endpoint a fault can strike: all but the link inside a QR, which the page answers. */
export type FaultEndpoint = Exclude<EndpointName, 'scan'>

/** The one number a kind of fault takes. */
interface Parameter {
  readonly name: string
  readonly min: number
  readonly max: number
  /** Absent when it must be given. */
  readonly default?: number
}

interface FaultRow {
  /** What is hurt; the page lists the kinds by it. */
  readonly group: 'connection' | 'reply' | 'delivery' | 'session'
  /** The endpoints it can strike. */
  readonly strikes: 'any' | 'json' | 'ret' | readonly FaultEndpoint[]
  readonly parameter?: Parameter
  /** It takes the place of the answer: the request is not processed. */
  readonly instead?: true
}

const PARAMETERS = {
  ms: { name: 'ms', min: 1, max: 600_000, default: 3000 },
  bytesPerSecond: { name: 'bytesPerSecond', min: 1, max: 1_000_000_000, default: 64 * 1024 },
  status: { name: 'status', min: 500, max: 599, default: 503 },
  ret: { name: 'ret', min: -9999, max: 9999 },
} as const satisfies Record<string, Parameter>

/** Every kind of trouble a sandbox can make. */
const FAULTS = {
  /** The connection is reset before any reply; nothing was processed. */
  drop: { group: 'connection', strikes: 'any', instead: true },
  /** The connection is reset in the middle of the reply's body; the request was processed. */
  cut: { group: 'connection', strikes: 'any' },
  /** The request waits `ms` of the sandbox's clock before anybody looks at it. */
  delay: { group: 'connection', strikes: 'any', parameter: PARAMETERS.ms },
  /** The body of an upload is read at `bytesPerSecond` of the sandbox's clock. */
  slow: { group: 'connection', strikes: ['webwxuploadmedia'], parameter: PARAMETERS.bytesPerSecond },
  /** An HTTP `status` of 5xx with a page of HTML; nothing was processed. */
  status: { group: 'reply', strikes: 'any', parameter: PARAMETERS.status, instead: true },
  /** A page of HTML with status 200, as of a hotel's network; nothing was processed. */
  garbage: { group: 'reply', strikes: 'any', instead: true },
  /** A complete reply with the first half of the body; the request was processed. */
  truncate: { group: 'reply', strikes: 'any' },
  /** JSON in which values have other types, nulls among them; the seed decides which. The request was processed. */
  wrongTypes: { group: 'reply', strikes: 'json' },
  /** `webwxsync` delivers its messages twice and the ten before them again, under the same `MsgId`. */
  duplicate: { group: 'delivery', strikes: ['webwxsync'] },
  /** The request is processed, the reply is never sent, the connection is reset: a lost acknowledgement. */
  dropReply: { group: 'delivery', strikes: 'any' },
  /** `webwxsync` delivers with an empty SyncKey: who keeps the old one is told the same again. */
  syncKeyReset: { group: 'delivery', strikes: ['webwxsync'] },
  /**
   * The server answers `ret`, as `Ret`, as retcode of `synccheck` or in the ticket page; nothing was processed, and the
   * session lives on.
   */
  ret: { group: 'session', strikes: 'ret', parameter: PARAMETERS.ret, instead: true },
  /** The login poll answers 400: the QR is of no more use. */
  expireQr: { group: 'session', strikes: ['login'], instead: true },
} as const satisfies Record<string, FaultRow>

export type FaultKind = keyof typeof FAULTS

export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[]

/** A row as the code that treats all kinds alike sees it. */
export const faultRow = (kind: FaultKind): FaultRow => FAULTS[kind]

/** Which requests a fault strikes, and how often. */
export interface FaultMatch<Path = string> {
  /**
   * Name of an endpoint, such as `webwxsync`; or a part of path and query, with a `/` in it. Default: what the kind can
   * strike; `ret` 1203 the ticket page, 1204 and 1205 what sends and acts, other codes all but the ticket page.
   */
  path?: Path
  /** After so many hits it is over; `Infinity` (in JSON `null`) for never. Default 1, with `probability` `Infinity`. */
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

/** A fault to add; `kind` decides which number it takes. */
export type FaultSpec<Path = string | RegExp> = {
  [K in FaultKind]: { kind: K } & Parameterised<(typeof FAULTS)[K]> & FaultMatch<Path>
}[FaultKind]

const ALL = Object.keys(ENDPOINTS).filter((name) => name !== 'scan') as FaultEndpoint[]
const JSON_ONLY = ALL.filter((name) => ENDPOINTS[name].reply === 'json')
const ACTING: readonly FaultEndpoint[] = [
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

/** The endpoints a kind can strike. */
export function faultEndpoints(kind: FaultKind): readonly FaultEndpoint[] {
  const { strikes } = faultRow(kind)
  if (strikes === 'any') return ALL
  if (strikes === 'json') return JSON_ONLY
  return strikes === 'ret' ? [...JSON_ONLY, 'synccheck', 'webwxnewloginpage'] : strikes
}

/** The endpoints a fault strikes that names none. */
export function usualEndpoints(kind: FaultKind, value: number | undefined): readonly FaultEndpoint[] {
  if (kind !== 'ret') return faultEndpoints(kind)
  if (value === RET.loginRefused) return ['webwxnewloginpage']
  return value === RET.notFriend || value === RET.tooFrequent ? ACTING : [...JSON_ONLY, 'synccheck']
}

import { ENDPOINTS, type EndpointName } from '../../transports/web/wire/endpoints.js'
import { RET } from '../../transports/web/wire/ret.js'
import { ILINK_ENDPOINTS, ILINK_JSON_ENDPOINTS, type IlinkEndpoint } from '../ilink/endpoints.js'

/** An endpoint of the web protocol, except the link in the QR code, which the page serves. */
export type WebEndpoint = Exclude<EndpointName, 'scan'>

/** An endpoint that supports faults. */
export type FaultEndpoint = WebEndpoint | IlinkEndpoint

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
  readonly group: 'connection' | 'reply' | 'delivery' | 'session' | 'ilink'
  /** The endpoints that the fault can affect. */
  readonly endpoints: 'any' | 'json' | 'ilinkJson' | 'ret' | readonly FaultEndpoint[]
  readonly parameter?: Parameter
  /** Set if the fault replaces the reply. The request is then not processed. */
  readonly replacesReply?: true
  /**
   * Endpoints for which only replies with messages count, and the fault is drawn when the reply is sent. A poll that is
   * already held is affected too.
   */
  readonly onDelivery?: readonly FaultEndpoint[]
  /**
   * Set if the fault is drawn at the point where it acts, not when the request arrives. Requests that it cannot affect do
   * not count.
   */
  readonly onEffect?: true
}

const PARAMETERS = {
  ms: { name: 'ms', min: 1, max: 600_000, default: 3000 },
  bytesPerSecond: { name: 'bytesPerSecond', min: 1, max: 1_000_000_000, default: 64 * 1024 },
  status: { name: 'status', min: 500, max: 599, default: 503 },
  ret: { name: 'ret', min: -9999, max: 9999 },
} as const satisfies Record<string, Parameter>

const UPDATES = ['getupdates'] as const

/** All kinds of faults that a sandbox can inject. */
const FAULTS = {
  /** The connection is reset before any reply. The request is not processed. */
  drop: { group: 'connection', endpoints: 'any', replacesReply: true },
  /** The connection is reset in the middle of the reply body, after the request was processed. */
  cut: { group: 'connection', endpoints: 'any' },
  /** The request is processed after `ms` on the sandbox's clock. */
  delay: { group: 'connection', endpoints: 'any', parameter: PARAMETERS.ms },
  /** The body of an upload is read at `bytesPerSecond`, measured on the sandbox's clock. */
  slow: { group: 'connection', endpoints: ['webwxuploadmedia', 'cdnUpload'], parameter: PARAMETERS.bytesPerSecond },
  /** The reply is an HTML page with the 5xx `status`. The request is not processed. */
  status: { group: 'reply', endpoints: 'any', parameter: PARAMETERS.status, replacesReply: true },
  /** The reply is an HTML page with status 200, like that of a captive portal. The request is not processed. */
  garbage: { group: 'reply', endpoints: 'any', replacesReply: true },
  /** The response is valid, but its body is only the first half of the reply. The request is processed. */
  truncate: { group: 'reply', endpoints: 'any' },
  /** Some values in a JSON reply, chosen by the seed, are changed to another type or null. The request is processed. */
  wrongTypes: { group: 'reply', endpoints: 'json' },
  /**
   * `webwxsync` delivers its messages twice and redelivers the ten before them, all with their original `MsgId`.
   * `getupdates` delivers its messages twice with the same `message_id` and different context tokens.
   */
  duplicate: { group: 'delivery', endpoints: ['webwxsync', 'getupdates'], onDelivery: ['getupdates'] },
  /** The request is processed, but the connection is reset before the reply: a lost acknowledgment. */
  dropReply: { group: 'delivery', endpoints: 'any' },
  /** `webwxsync` returns an empty SyncKey. A program that keeps its old key receives the same events again. */
  syncKeyReset: { group: 'delivery', endpoints: ['webwxsync'] },
  /**
   * The reply contains `ret` as its `Ret`, as the retcode of `synccheck` or in the ticket page; for iLink, as `ret` and
   * `errcode`. The request is not processed, and the session stays valid.
   */
  ret: { group: 'session', endpoints: 'ret', parameter: PARAMETERS.ret, replacesReply: true },
  /** The login poll reports that the QR code has expired. */
  expireQr: { group: 'session', endpoints: ['login', 'get_qrcode_status'], replacesReply: true },
  /** `getupdates` delivers its messages twice, the second time with a new `message_id`. */
  duplicateNewId: { group: 'ilink', endpoints: UPDATES, onDelivery: UPDATES },
  /** The connection is reset in place of a reply with messages. They are not delivered again. */
  lostReply: { group: 'ilink', endpoints: UPDATES, onDelivery: UPDATES },
  /** Messages are delivered, but `get_updates_buf` is empty, absent or unchanged. */
  cursorStuck: { group: 'ilink', endpoints: UPDATES, onDelivery: UPDATES },
  /** Messages are delivered without `context_token`. */
  noContextToken: { group: 'ilink', endpoints: UPDATES, onDelivery: UPDATES },
  /** 64-bit ids are strings. */
  idAsString: { group: 'ilink', endpoints: ['getupdates', 'sendmessage'], onDelivery: UPDATES, onEffect: true },
  /** Media are delivered without a key and are not encrypted. */
  noKey: { group: 'ilink', endpoints: UPDATES, onDelivery: UPDATES },
  /** The key of media is base64 of its 16 bytes, and pictures have no key of their own. */
  rawKey: { group: 'ilink', endpoints: UPDATES, onDelivery: UPDATES },
  /** The key of media is base64 of its 32 hex digits, and pictures have no key of their own. */
  hexKey: { group: 'ilink', endpoints: UPDATES, onDelivery: UPDATES },
  /** Media are encrypted under another key than the message states. */
  keyMismatch: { group: 'ilink', endpoints: UPDATES, onDelivery: UPDATES },
  /** A poll that would be held longer than 16 s ends with HTTP 524. */
  gateway524: { group: 'ilink', endpoints: ['getupdates', 'get_qrcode_status'], onEffect: true },
  /** Messages are delivered only after exactly `longpolling_timeout_ms`, even if the program no longer waits. */
  raceTimeout: { group: 'ilink', endpoints: UPDATES, onEffect: true },
  /** A second poll with the same token is answered with HTTP 403. */
  pollLock: { group: 'ilink', endpoints: UPDATES, onEffect: true },
  /** `errmsg` of a refusal is empty. */
  emptyErrmsg: { group: 'ilink', endpoints: 'ilinkJson', onEffect: true },
  /** A refusal has `errcode` but no `ret`. */
  errcodeOnly: { group: 'ilink', endpoints: 'ilinkJson', onEffect: true },
  /** A successful reply has no `ret`. */
  missingRet: { group: 'ilink', endpoints: 'ilinkJson', onEffect: true },
  /** An upload is stored, but the reply has no `x-encrypted-param`. */
  noHeader: { group: 'ilink', endpoints: ['cdnUpload'], onEffect: true },
  /** An accepted message is answered with an empty body. */
  sendEmpty: { group: 'ilink', endpoints: ['sendmessage'], onEffect: true },
  /** A message is accepted without an id, and never shown. */
  acceptedNotShown: { group: 'ilink', endpoints: ['sendmessage'], onEffect: true },
  /** A message is shown only with the next one, or after a minute. */
  lateBatch: { group: 'ilink', endpoints: ['sendmessage'], onEffect: true },
} as const satisfies Record<string, FaultRow>

/** The kind of a fault, such as `ret` or `delay`. */
export type FaultKind = keyof typeof FAULTS

export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[]

/** Returns the row for a kind as the general type `FaultRow`. */
export const faultRow = (kind: FaultKind): FaultRow => FAULTS[kind]

/** Which requests a fault affects, and how often. */
export interface FaultMatch<Path = string> {
  /**
   * The name of an endpoint, such as `webwxsync`, or any fragment of the path and query that contains a `/`. Default:
   * all endpoints that the kind supports. For `ret`, the default depends on the code: the ticket page for 1203, the
   * endpoints that send messages or change contacts for 1204 and 1205, those of iLink for negative codes, and those of
   * the web protocol except the ticket page for other codes.
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

const WEB = Object.keys(ENDPOINTS).filter((name) => name !== 'scan') as WebEndpoint[]
const WEB_JSON = WEB.filter((name) => ENDPOINTS[name].reply === 'json')
const ALL: readonly FaultEndpoint[] = [...WEB, ...ILINK_ENDPOINTS]
const JSON_ONLY: readonly FaultEndpoint[] = [...WEB_JSON, ...ILINK_JSON_ENDPOINTS]
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
  if (endpoints === 'ilinkJson') return ILINK_JSON_ENDPOINTS
  return endpoints === 'ret' ? [...JSON_ONLY, 'synccheck', 'webwxnewloginpage'] : endpoints
}

/** The endpoints that a fault without `path` affects. */
export function defaultEndpoints(kind: FaultKind, value: number | undefined): readonly FaultEndpoint[] {
  if (kind !== 'ret') return faultEndpoints(kind)
  if (value === RET.loginRefused) return ['webwxnewloginpage']
  if (value === RET.notFriend || value === RET.tooFrequent) return ACTION_ENDPOINTS
  return value !== undefined && value < 0 ? ILINK_JSON_ENDPOINTS : [...WEB_JSON, 'synccheck']
}

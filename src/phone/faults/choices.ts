import {
  type AddFaultRequest,
  FAULT_KINDS,
  type FaultKind,
  type FaultView,
  faultEndpoints,
  faultRow,
  ILINK_ENDPOINTS,
  type RequestView,
} from '../../sandbox/control/view.js'
import type { StringKey, Strings } from '../i18n/strings.js'
import type { Half } from '../store/state.js'

/** A button in the panel: a fault kind, or one return code of the kind `ret`. */
export interface Choice {
  kind: FaultKind
  labelKey: StringKey
  /** Fixed parameter; absent if the panel has an input for it. */
  value?: number
}

/** Which requests a fault applies to, and how often, as set in the panel. */
export interface Scope {
  /** An endpoint; `''` for the fault's default endpoints. */
  path: string
  times: (typeof TIMES)[number]
  count: number
  percent: number
  seed: number
}

export const TIMES = ['once', 'next', 'chance', 'always'] as const

export const GROUPS = ['connection', 'reply', 'delivery', 'session', 'ilink'] as const

const LABELS: Record<Exclude<FaultKind, 'ret'>, StringKey> = {
  drop: 'faultDrop',
  cut: 'faultCut',
  delay: 'faultDelay',
  slow: 'faultSlow',
  status: 'faultStatus',
  garbage: 'faultGarbage',
  truncate: 'faultTruncate',
  wrongTypes: 'faultWrongTypes',
  duplicate: 'faultDuplicate',
  dropReply: 'faultDropReply',
  syncKeyReset: 'faultSyncKeyReset',
  expireQr: 'faultExpireQr',
  duplicateNewId: 'faultDuplicateNewId',
  lostReply: 'faultLostReply',
  cursorStuck: 'faultCursorStuck',
  noContextToken: 'faultNoContextToken',
  idAsString: 'faultIdAsString',
  noKey: 'faultNoKey',
  rawKey: 'faultRawKey',
  hexKey: 'faultHexKey',
  keyMismatch: 'faultKeyMismatch',
  gateway524: 'faultGateway524',
  raceTimeout: 'faultRaceTimeout',
  pollLock: 'faultPollLock',
  emptyErrmsg: 'faultEmptyErrmsg',
  errcodeOnly: 'faultErrcodeOnly',
  missingRet: 'faultMissingRet',
  noHeader: 'faultNoHeader',
  sendEmpty: 'faultSendEmpty',
  acceptedNotShown: 'faultAcceptedNotShown',
  lateBatch: 'faultLateBatch',
}

const RETS: Readonly<Record<Half, readonly (readonly [number, StringKey])[]>> = {
  web: [
    [1100, 'fault1100'],
    [1101, 'fault1101'],
    [1102, 'fault1102'],
    [1203, 'fault1203'],
    [1204, 'fault1204'],
    [1205, 'fault1205'],
  ],
  clawbot: [
    [-14, 'faultMinus14'],
    [-2, 'faultMinus2'],
    [-3, 'faultMinus3'],
  ],
}

/** The endpoints of a half of the page to which a kind of fault can apply. */
export function endpointsOf(kind: FaultKind, half: Half): string[] {
  const ilink: ReadonlySet<string> = new Set(ILINK_ENDPOINTS)
  return faultEndpoints(kind).filter((name) => ilink.has(name) === (half === 'clawbot'))
}

/** The choices in a group that apply to a half of the page, in table order. */
export function choicesOf(group: (typeof GROUPS)[number], half: Half): Choice[] {
  const kinds = FAULT_KINDS.filter((kind) => faultRow(kind).group === group && endpointsOf(kind, half).length > 0)
  return kinds.flatMap((kind): Choice[] => {
    if (kind === 'ret') return RETS[half].map(([value, labelKey]) => ({ kind, labelKey, value }))
    return [{ kind, labelKey: LABELS[kind] }]
  })
}

/** Whether a fault of this kind applies to the scope's endpoint. */
export function isApplicable(kind: FaultKind, { path }: Scope): boolean {
  return path === '' || faultEndpoints(kind).some((name) => name === path)
}

/** Whether the numbers in the scope are valid; the sandbox rejects invalid ones. */
export function isValidScope({ times, count, percent, seed }: Scope): boolean {
  if (times === 'next') return Number.isSafeInteger(count) && count >= 1
  return times !== 'chance' || (percent >= 0 && percent <= 100 && Number.isSafeInteger(seed))
}

export function requestOf(kind: FaultKind, value: number | undefined, scope: Scope): AddFaultRequest {
  const { parameter } = faultRow(kind)
  const { path, times, count, percent, seed } = scope
  return {
    kind,
    ...(parameter && value !== undefined ? { [parameter.name]: value } : {}),
    ...(path === '' ? {} : { path }),
    ...(times === 'next' ? { count } : {}),
    ...(times === 'always' ? { count: null } : {}),
    ...(times === 'chance' ? { probability: percent / 100, seed } : {}),
  } as AddFaultRequest
}

/** Value of a fault's parameter. */
export function parameterValue(fault: FaultView): number | undefined {
  const { parameter } = faultRow(fault.kind)
  const fields: Record<string, unknown> = { ...fault }
  const value = parameter && fields[parameter.name]
  return typeof value === 'number' ? value : undefined
}

/** Display name of a fault with its parameter: 延迟 3000 ms. */
export function faultName(strings: Strings, kind: FaultKind, value?: number): string {
  if (kind === 'ret') {
    const known = [...RETS.web, ...RETS.clawbot].find(([ret]) => ret === value)
    return `${strings[known?.[1] ?? 'faultRet']}${value === undefined ? '' : ` ${value}`}`
  }
  const label = strings[LABELS[kind]]
  return value === undefined ? label : `${label} ${value}${unitOf(kind)}`
}

/** Display name of a fault that has hit a request, with the code that it returned: 操作太频繁 1205. */
export function hitName(strings: Strings, kind: FaultKind, { status, result = '' }: RequestView): string {
  const code = kind === 'ret' ? Number.parseInt(result, 10) : kind === 'status' ? status : undefined
  return faultName(strings, kind, Number.isNaN(code) ? undefined : code)
}

/** Unit of a parameter, with a leading space; `''` for a code. */
export function unitOf(kind: FaultKind): string {
  return kind === 'delay' ? ' ms' : kind === 'slow' ? ' B/s' : ''
}

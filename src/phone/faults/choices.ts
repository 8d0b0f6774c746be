import {
  type AddFaultRequest,
  FAULT_KINDS,
  type FaultKind,
  type FaultView,
  faultEndpoints,
  faultRow,
} from '../../sandbox/control/view.js'
import type { StringKey, Strings } from '../i18n/strings.js'

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

export const GROUPS = ['connection', 'reply', 'delivery', 'session'] as const

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
}

const RETS: readonly (readonly [number, StringKey])[] = [
  [1100, 'fault1100'],
  [1101, 'fault1101'],
  [1102, 'fault1102'],
  [1203, 'fault1203'],
  [1204, 'fault1204'],
  [1205, 'fault1205'],
]

/** The choices in a group, in table order. */
export function choicesOf(group: (typeof GROUPS)[number]): Choice[] {
  return FAULT_KINDS.filter((kind) => faultRow(kind).group === group).flatMap((kind): Choice[] => {
    if (kind === 'ret') return RETS.map(([value, labelKey]) => ({ kind, labelKey, value }))
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
    const known = RETS.find(([ret]) => ret === value)
    return `${strings[known?.[1] ?? 'faultRet']}${value === undefined ? '' : ` ${value}`}`
  }
  const label = strings[LABELS[kind]]
  return value === undefined ? label : `${label} ${value}${unitOf(kind)}`
}

/** Unit of a parameter, with a leading space; `''` for a code. */
export function unitOf(kind: FaultKind): string {
  return kind === 'delay' ? ' ms' : kind === 'slow' ? ' B/s' : ''
}

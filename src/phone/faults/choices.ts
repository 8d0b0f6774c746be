import {
  type AddFaultRequest,
  FAULT_KINDS,
  type FaultKind,
  type FaultView,
  faultEndpoints,
  faultRow,
} from '../../sandbox/control/view.js'
import type { StringKey, Strings } from '../i18n/strings.js'

/** A kind of fault to press; a return code is one of its own. */
export interface Choice {
  kind: FaultKind
  word: StringKey
  /** Its number, where it is not asked for. */
  value?: number
}

/** Which requests, and how often, as the panel asks. */
export interface Scope {
  /** An endpoint; `''` for those the fault usually meets. */
  path: string
  times: (typeof TIMES)[number]
  count: number
  percent: number
  seed: number
}

export const TIMES = ['once', 'next', 'chance', 'always'] as const

export const GROUPS = ['connection', 'reply', 'delivery', 'session'] as const

const WORDS: Record<Exclude<FaultKind, 'ret'>, StringKey> = {
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

/** The choices of a group, in the order of the table. */
export function choicesOf(group: (typeof GROUPS)[number]): Choice[] {
  return FAULT_KINDS.filter((kind) => faultRow(kind).group === group).flatMap((kind): Choice[] => {
    if (kind === 'ret') return RETS.map(([value, word]) => ({ kind, word, value }))
    return [{ kind, word: WORDS[kind] }]
  })
}

/** It can strike where the scope says. */
export function isAble(kind: FaultKind, { path }: Scope): boolean {
  return path === '' || faultEndpoints(kind).some((name) => name === path)
}

/** Whether a number in the scope is none, which the sandbox would refuse. */
export function isComplete({ times, count, percent, seed }: Scope): boolean {
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

/** The number a fault was given. */
export function numberOf(fault: FaultView): number | undefined {
  const { parameter } = faultRow(fault.kind)
  const fields: Record<string, unknown> = { ...fault }
  const value = parameter && fields[parameter.name]
  return typeof value === 'number' ? value : undefined
}

/** What a fault is called, with its number: 延迟 3000 ms. */
export function faultName(strings: Strings, kind: FaultKind, value?: number): string {
  if (kind === 'ret') {
    const known = RETS.find(([ret]) => ret === value)
    return `${strings[known?.[1] ?? 'faultRet']}${value === undefined ? '' : ` ${value}`}`
  }
  const word = strings[WORDS[kind]]
  return value === undefined ? word : `${word} ${value}${unitOf(kind)}`
}

/** With a space before it; `''` for a number that is a name. */
export function unitOf(kind: FaultKind): string {
  return kind === 'delay' ? ' ms' : kind === 'slow' ? ' B/s' : ''
}

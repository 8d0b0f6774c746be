import { SandboxError } from '../errors.js'
import { type Fields, isObject } from '../read/fields.js'
import { FAULT_KINDS, type FaultKind, faultEndpoints, faultRow } from './fault-table.js'

/** A fault with all defaults filled in. */
export interface CheckedFault {
  kind: FaultKind
  path: string | RegExp | undefined
  /** The number of hits after which the fault ends; `Infinity` for no limit. */
  count: number
  probability: number
  seed: number
  /** The value of the kind's parameter, such as `ms`. */
  value: number | undefined
}

/** Validates a fault and fills in the defaults. Throws a `SandboxError` if a field is invalid. */
export function checkFault(spec: unknown): CheckedFault {
  if (!isObject(spec)) throw new SandboxError(`Invalid fault: expected an object with a kind, found ${describe(spec)}.`)
  const { kind, path, count, probability, seed, ...rest } = spec
  if (!isKind(kind)) throw invalidFault('kind', kind, `one of ${FAULT_KINDS.join(', ')}`)
  const value = checkParameter(kind, rest)
  if (probability !== undefined && !(typeof probability === 'number' && probability >= 0 && probability <= 1)) {
    throw invalidFault('probability', probability, 'a number from 0 to 1')
  }
  if (seed !== undefined && !isInteger(seed)) throw invalidFault('seed', seed, 'an integer')
  return {
    kind,
    path: checkPath(kind, path),
    count: checkCount(count) ?? (probability === undefined ? 1 : Number.POSITIVE_INFINITY),
    probability: probability ?? 1,
    seed: seed ?? 1,
    value,
  }
}

function checkParameter(kind: FaultKind, rest: Fields): number | undefined {
  const { parameter } = faultRow(kind)
  const unknownField = Object.keys(rest).find((name) => name !== parameter?.name)
  if (unknownField !== undefined) {
    const fields = [...(parameter ? [parameter.name] : []), 'path', 'count', 'probability', 'seed']
    throw invalidFault('field', unknownField, `one of ${fields.join(', ')} for kind ${kind}`)
  }
  if (!parameter) return undefined
  const { name, min, max } = parameter
  const value = rest[name] ?? parameter.default
  if (isInteger(value) && value !== 0 && value >= min && value <= max) return value
  throw invalidFault(name, value, `an integer from ${min} to ${max}${min < 0 ? ' other than 0' : ''}`)
}

function checkCount(count: unknown): number | undefined {
  if (count === undefined) return undefined
  if (count === null || count === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY
  if (isInteger(count) && count >= 1) return count
  throw invalidFault('count', count, 'an integer of at least 1, or Infinity (null in JSON)')
}

function checkPath(kind: FaultKind, path: unknown): string | RegExp | undefined {
  if (path === undefined) return undefined
  // The flags g and y would make the expression stateful.
  if (path instanceof RegExp) return new RegExp(path.source, path.flags.replace(/[gy]/g, ''))
  if (typeof path === 'string' && path.includes('/')) return path
  const supported = faultEndpoints(kind)
  const endpoint = supported.find((name) => name === path)
  if (endpoint) return endpoint
  throw invalidFault(
    'path',
    path,
    `an endpoint that ${kind} supports (${supported.join(', ')}), a path fragment with a /, or a RegExp (in code)`,
  )
}

function isKind(kind: unknown): kind is FaultKind {
  return FAULT_KINDS.some((known) => known === kind)
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

function invalidFault(field: string, value: unknown, expected: string): SandboxError {
  return new SandboxError(`Invalid fault ${field} ${describe(value)}: expected ${expected}.`)
}

function describe(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value)?.slice(0, 60) ?? String(value))
}

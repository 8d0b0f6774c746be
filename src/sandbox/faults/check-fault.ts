import { SandboxError } from '../errors.js'
import { type Fields, isObject } from '../read/fields.js'
import { FAULT_KINDS, type FaultKind, faultEndpoints, faultRow } from './fault-table.js'

/** A fault with every default filled in. */
export interface CheckedFault {
  kind: FaultKind
  path: string | RegExp | undefined
  /** `Infinity` for no end. */
  count: number
  probability: number
  seed: number
  /** The number the kind takes, under its own name outside. */
  value: number | undefined
}

/** Fills in the defaults; throws a `SandboxError` that names the field that is wrong. */
export function checkFault(given: unknown): CheckedFault {
  if (!isObject(given)) throw bad('a fault is an object with a kind')
  const { kind, path, count, probability, seed, ...rest } = given
  if (!isKind(kind)) throw bad(`kind is one of ${FAULT_KINDS.join(', ')}, not ${shown(kind)}`)
  const value = checkParameter(kind, rest)
  if (probability !== undefined && !(typeof probability === 'number' && probability >= 0 && probability <= 1)) {
    throw bad(`probability is a number from 0 to 1, not ${shown(probability)}`)
  }
  if (seed !== undefined && !isInteger(seed)) throw bad(`seed is an integer, not ${shown(seed)}`)
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
  const stray = Object.keys(rest).find((name) => name !== parameter?.name)
  if (stray !== undefined) {
    const fields = [...(parameter ? [parameter.name] : []), 'path', 'count', 'probability', 'seed']
    throw bad(`${stray} is no field of kind ${kind}, which takes ${fields.join(', ')}`)
  }
  if (!parameter) return undefined
  const { name, min, max } = parameter
  const value = rest[name] ?? parameter.default
  if (isInteger(value) && value !== 0 && value >= min && value <= max) return value
  throw bad(`${name} is an integer from ${min} to ${max}${min < 0 ? ' other than 0' : ''}, not ${shown(value)}`)
}

function checkCount(count: unknown): number | undefined {
  if (count === undefined) return undefined
  if (count === null || count === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY
  if (isInteger(count) && count >= 1) return count
  throw bad(`count is an integer from 1, or Infinity (in JSON null), not ${shown(count)}`)
}

function checkPath(kind: FaultKind, path: unknown): string | RegExp | undefined {
  if (path === undefined) return undefined
  // With these flags an expression remembers where it was.
  if (path instanceof RegExp) return new RegExp(path.source, path.flags.replace(/[gy]/g, ''))
  if (typeof path === 'string' && path.includes('/')) return path
  const able = faultEndpoints(kind)
  const endpoint = able.find((name) => name === path)
  if (endpoint) return endpoint
  throw bad(
    `path is an endpoint that ${kind} can strike (${able.join(', ')}), a part of the path with a / in it, ` +
      `or a RegExp in code, not ${shown(path)}`,
  )
}

function isKind(kind: unknown): kind is FaultKind {
  return FAULT_KINDS.some((one) => one === kind)
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

function bad(text: string): SandboxError {
  return new SandboxError(`cannot add the fault: ${text}`)
}

function shown(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value)?.slice(0, 60) ?? String(value))
}

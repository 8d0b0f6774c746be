import { ArgumentError } from '../errors.js'

interface Mismatch {
  expected: string
  /** The actual value if it is known not to be private, otherwise the result of `describeValue`. */
  found: string
  /** What to do, as a sentence. */
  advice?: string
  /** A more precise location than the argument's name, such as `memberList[2]`. */
  at?: string
}

/** The error for an argument with an invalid type or value. */
export function invalidArgument(argument: string, { expected, found, advice, at = argument }: Mismatch): ArgumentError {
  const message = found.startsWith('"')
    ? `Invalid ${at} ${found}: expected ${expected}.`
    : `Invalid ${at}: expected ${expected}, found ${found}.`
  return new ArgumentError(advice === undefined ? message : `${message} ${advice}`, { argument })
}

/** Describes the type of a value, and the value itself if it cannot be private. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === '') return 'an empty string'
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value}`
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  return `${/^[aeiou]/.test(typeof value) ? 'an' : 'a'} ${typeof value}`
}

/** Like `describeValue`, but states a string, for an argument that takes one of a few names. */
export function describeName(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : describeValue(value)
}

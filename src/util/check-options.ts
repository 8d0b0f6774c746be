import type { ArgumentError } from '../errors.js'
import { describeValue, invalidArgument } from './invalid-argument.js'

/** The names of all properties of a type. The compiler requires each of them, and accepts no other. */
export type NamesOf<T> = { readonly [Name in keyof T]-?: true }

/** The built-in types of options. Others, such as a URL or an AbortSignal, have no names that could be checked. */
const OPTION_TYPES = ['Object', 'Module']

/** Names that differ in more letters are not suggested. */
const MAX_DIFFERENCE = 2

/**
 * Checks that options are an object without unknown names: an option with a misspelled name would have no effect.
 *
 * @throws ArgumentError
 */
export function checkOptions(options: unknown, names: Readonly<Record<string, true>>, argument = 'options'): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalidArgument(argument, { expected: 'an object', found: describeValue(options) })
  }
  const type = Object.prototype.toString.call(options).slice('[object '.length, -1)
  if (!OPTION_TYPES.includes(type)) {
    throw invalidArgument(argument, { expected: 'an object', found: `an instance of ${type}` })
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(names, name)) throw unknownName('option', name, Object.keys(names))
  }
}

/**
 * The error for a name that is not in a list.
 *
 * @param kind what the name stands for, such as `option`
 * @param advice for a name that resembles none in the list
 */
export function unknownName(kind: string, name: string, known: readonly string[], advice?: string): ArgumentError {
  const similar = mostSimilar(name, known)
  return invalidArgument(name, {
    at: kind,
    expected: `one of ${known.join(', ')}`,
    found: JSON.stringify(name),
    ...(similar ? { advice: `Did you mean ${similar}?` } : advice ? { advice } : {}),
  })
}

function mostSimilar(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined
  let least = MAX_DIFFERENCE + 1
  for (const candidate of known) {
    const difference = differenceOf(name.toLowerCase(), candidate.toLowerCase())
    if (difference < least) [best, least] = [candidate, difference]
  }
  return best
}

/** The number of letters to insert, remove or replace: the Levenshtein distance. */
function differenceOf(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > MAX_DIFFERENCE) return Number.POSITIVE_INFINITY
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1]
    for (const [other, target] of [...to].entries()) {
      const replaced = (row[other] ?? 0) + (letter === target ? 0 : 1)
      next.push(Math.min(replaced, (row[other + 1] ?? 0) + 1, (next[other] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}

import type { Bare } from './wordings.js'

/** Quotation separators that enclose a name or a list of names in phone wordings. */
const QUOTES: readonly (readonly [open: string, close: string])[] = [
  ['"', '"'],
  ['“', '”'],
  ['「', '」'],
  ['『', '』'],
  ['＂', '＂'],
]
const QUOTATION_MARKS = new Set(QUOTES.flat())

const PRONOUN = /^(?:[你您]|you(?:['’]ve| have)?)$/i
/** The own account at the start of a list. */
const PRONOUN_FIRST = /^(?:[你您](?:[和与與及、]|, ?| (?:and|和) )|you(?:、|,? and |, ))/i

/** Separators of individually quoted names. */
const NAME_SEPARATORS = ['、', '，', ', and ', ', ', ',', ' and ', ' & ', '和', ' 和 ', '及', '与', '與']
/** Separators of bare names: the first that occurs separates the list. */
const BARE_SEPARATORS = ['、', ', ', ' and ']
/** Separators of names quoted together. */
const QUOTED_SEPARATORS = ['、', ', ']
const QUOTED_SEPARATORS_ZH = ['、']

/** A clause, not a name: `was invited`, `invited by`. */
const CLAUSE = /^(?:by|to) |(?: |^)(?:was|were|is|are|be|been|just|also|not)$/i
const PUNCTUATION = /[，。！？：；\n]/
const MARKUP = /<(?:a |img |_wc_|!\[CDATA)/

/** Names inserted by a template, each list as one value, whose text is never parsed again. @see ./parse-line.js */
export type Values = ReadonlyMap<string, { readonly names: readonly string[]; readonly text: string }>

/** Reads one name. `''` is the own account; `undefined` for anything but a name. */
export function readName(slot: string, bare: Bare, values: Values): string | undefined {
  const text = slot.trim()
  if (PRONOUN.test(text)) return ''
  const inner = enclosed(text)
  if (inner === undefined) return bareName(text, bare, values)
  if (splitEnclosed(text).length > 1) return undefined
  return validName(inner, values)
}

/** Reads a list of names, with `''` for the own account; `undefined` for anything but a list of names. */
export function readNames(slot: string, bare: Bare, values: Values): string[] | undefined {
  const text = slot.trim()
  if (PRONOUN.test(text)) return ['']
  const [pronoun] = PRONOUN_FIRST.exec(text) ?? ['']
  const others = readOthers(text.slice(pronoun.length).trim(), bare, values)
  return pronoun && others ? ['', ...others] : others
}

/** Reads a topic: any text in quotation marks, including `''`; without them, like a bare name. */
export function readTopic(slot: string, values: Values): string | undefined {
  const text = slot.trim()
  const inner = enclosed(text) ?? (text !== '' && isPlain(text) ? text : undefined)
  if (inner === undefined || values.size === 0) return inner
  return Array.from(inner, (char) => values.get(char)?.text ?? char).join('')
}

function readOthers(text: string, bare: Bare, values: Values): string[] | undefined {
  const list = values.get((enclosed(text) ?? text).trim())
  if (list) return allOrNone(list.names.map((item) => validName(item, new Map())))
  const pieces = splitEnclosed(text)
  if (pieces.length > 1) return allOrNone(pieces.map((piece) => validName(piece, values)))
  const inner = enclosed(text)
  if (inner !== undefined)
    return allOrNone(
      splitList(inner, bare === 'words' ? QUOTED_SEPARATORS : QUOTED_SEPARATORS_ZH).map((part) =>
        validName(part, values),
      ),
    )
  // 和 separates names or is part of one: without quotation marks this is ambiguous.
  if (bare === 'plain' && text.includes('和')) return undefined
  const names = splitList(text, BARE_SEPARATORS).map((part) => (PRONOUN.test(part) ? '' : bareName(part, bare, values)))
  return allOrNone(names)
}

function allOrNone(names: (string | undefined)[]): string[] | undefined {
  return names.every((item) => item !== undefined) ? names : undefined
}

/** The text inside one pair of quotation marks. */
function enclosed(text: string): string | undefined {
  const close = QUOTES.find(([open]) => text.startsWith(open))?.[1]
  return close && text.length > 1 && text.endsWith(close) ? text.slice(1, -1) : undefined
}

/** Splits individually quoted names; a separator inside quotation marks belongs to the name. */
function splitEnclosed(text: string): string[] {
  const inner = enclosed(text)
  const quotes = QUOTES.find(([open]) => text.startsWith(open))
  if (inner === undefined || !quotes) return []
  const [open, close] = quotes
  const [first = '', ...others] = NAME_SEPARATORS.map((separator) => close + separator + open)
  return others.reduce((list, separator) => list.replaceAll(separator, first), inner).split(first)
}

/**
 * A list has one separator; any other separator belongs to a name. After commas the last name may follow `and`. A separator
 * next to no name does not split.
 */
function splitList(text: string, separators: readonly string[]): string[] {
  const separator = separators.find((item) => text.includes(item))
  if (separator === undefined) return [text]
  const parts = text.split(separator)
  if (separator === ', ') parts.push(...splitLast(parts.pop() ?? ''))
  return parts.every((part) => part.trim() !== '') ? parts : [text]
}

function splitLast(text: string): string[] {
  if (text.startsWith('and ')) return [text.slice('and '.length)]
  const at = text.lastIndexOf(' and ')
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + ' and '.length)]
}

function bareName(text: string, bare: Bare, values: Values): string | undefined {
  if (bare === 'never' || text.includes('\n')) return undefined
  if (bare === 'anything') return validName(text, values)
  if (hasOuterQuote(text) || CLAUSE.test(text)) return undefined
  if (bare === 'plain' && !isPlain(text)) return undefined
  return validName(text.trim(), values)
}

/** Contains no quotation marks and no sentence punctuation. */
function isPlain(text: string): boolean {
  return !PUNCTUATION.test(text) && !Array.from(text).some((char) => QUOTATION_MARKS.has(char))
}

/** Starts or ends with a quotation mark. */
function hasOuterQuote(text: string): boolean {
  return QUOTATION_MARKS.has(text.charAt(0)) || QUOTATION_MARKS.has(text.charAt(text.length - 1))
}

/** Rejects `''` (the own account), pronouns and markup. */
function validName(text: string, values: Values): string | undefined {
  const value = values.get(text.trim())
  if (value) return value.names.length === 1 ? validName(value.names[0] ?? '', new Map()) : undefined
  if (text === '' || PRONOUN.test(text.trim()) || MARKUP.test(text)) return undefined
  return Array.from(values.keys()).some((key) => text.includes(key)) ? undefined : text
}

import type { Bare } from './wordings.js'

/** Pairs of quotation marks that phones put around a name or a list of names. */
const QUOTES: readonly (readonly [open: string, close: string])[] = [
  ['"', '"'],
  ['“', '”'],
  ['「', '」'],
  ['『', '』'],
  ['＂', '＂'],
]
const QUOTATION_MARKS = new Set(QUOTES.flat())

const PRONOUN = /^(?:[你您]|you(?:['’]ve| have)?)$/i
/** Matches a pronoun for this account at the start of a list. */
const PRONOUN_FIRST = /^(?:[你您](?:[和与與及、]|, ?| (?:and|和) )|you(?:、|,? and |, ))/i

/** Separators between individually quoted names. */
const NAME_SEPARATORS = ['、', '，', ', and ', ', ', ',', ' and ', ' & ', '和', ' 和 ', '及', '与', '與']
/** Separators between unquoted names. The first one found splits the list. */
const BARE_SEPARATORS = ['、', ', ', ' and ']
/** Separators between names inside one pair of quotation marks. */
const QUOTED_SEPARATORS = ['、', ', ']
const QUOTED_SEPARATORS_ZH = ['、']

/** Matches part of a clause rather than a name, as in `was invited` and `invited by`. */
const CLAUSE = /^(?:by|to) |(?: |^)(?:was|were|is|are|be|been|just|also|not)$/i
const PUNCTUATION = /[，。！？：；\n]/
const MARKUP = /<(?:a |img |_wc_|!\[CDATA)/

/** Names inserted by a template. Each list is one value, and its text is not parsed again. @see ./parse-line.js */
export type Values = ReadonlyMap<string, { readonly names: readonly string[]; readonly text: string }>

/** Reads one name; returns `''` for this account and `undefined` if the slot is not a name. */
export function readName(slot: string, bare: Bare, values: Values): string | undefined {
  const text = slot.trim()
  if (PRONOUN.test(text)) return ''
  const inner = enclosed(text)
  if (inner === undefined) return bareName(text, bare, values)
  if (splitEnclosed(text).length > 1) return undefined
  return validName(inner, values)
}

/** Reads a list of names, with `''` for this account; returns `undefined` if the slot is not a list of names. */
export function readNames(slot: string, bare: Bare, values: Values): string[] | undefined {
  const text = slot.trim()
  if (PRONOUN.test(text)) return ['']
  const [pronoun] = PRONOUN_FIRST.exec(text) ?? ['']
  const others = readOthers(text.slice(pronoun.length).trim(), bare, values)
  return pronoun && others ? ['', ...others] : others
}

/** Reads a topic: any quoted text, including `''`, or unquoted text without punctuation. */
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
  // 和 can separate names or be part of one; without quotation marks it is ambiguous.
  if (bare === 'plain' && text.includes('和')) return undefined
  const names = splitList(text, BARE_SEPARATORS).map((part) => (PRONOUN.test(part) ? '' : bareName(part, bare, values)))
  return allOrNone(names)
}

function allOrNone(names: (string | undefined)[]): string[] | undefined {
  return names.every((item) => item !== undefined) ? names : undefined
}

/** Returns the text inside one pair of quotation marks. */
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
 * Splits a list at one kind of separator; any other separator belongs to a name. In a comma-separated list, the last
 * name may be preceded by `and`. Text is not split if a name on either side of a separator would be empty.
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

/** Whether a text contains neither quotation marks nor sentence punctuation. */
function isPlain(text: string): boolean {
  return !PUNCTUATION.test(text) && !Array.from(text).some((char) => QUOTATION_MARKS.has(char))
}

/** Whether a text starts or ends with a quotation mark. */
function hasOuterQuote(text: string): boolean {
  return QUOTATION_MARKS.has(text.charAt(0)) || QUOTATION_MARKS.has(text.charAt(text.length - 1))
}

/** Returns the name, or `undefined` for an empty string, a pronoun or markup. */
function validName(text: string, values: Values): string | undefined {
  const value = values.get(text.trim())
  if (value) return value.names.length === 1 ? validName(value.names[0] ?? '', new Map()) : undefined
  if (text === '' || PRONOUN.test(text.trim()) || MARKUP.test(text)) return undefined
  return Array.from(values.keys()).some((key) => text.includes(key)) ? undefined : text
}

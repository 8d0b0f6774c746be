import type { Bare } from './wordings.js'

/** Pairs that enclose a name or a list of names in the wordings of phones. */
const QUOTES: readonly (readonly [open: string, close: string])[] = [
  ['"', '"'],
  ['“', '”'],
  ['「', '」'],
  ['『', '』'],
  ['＂', '＂'],
]
const MARKS = new Set(QUOTES.flat())

const PRONOUN = /^(?:[你您]|you(?:['’]ve| have)?)$/i
/** Oneself at the head of a list. */
const PRONOUN_FIRST = /^(?:[你您](?:[和与與及、]|, ?| (?:and|和) )|you(?:、|,? and |, ))/i

/** Between names that are enclosed one by one. */
const JOINTS = ['、', '，', ', and ', ', ', ',', ' and ', ' & ', '和', ' 和 ', '及', '与', '與']
/** Between bare names: the first that occurs is the mark of that list. */
const BARE_MARKS = ['、', ', ', ' and ']
/** Between names in one pair. */
const PAIR_MARKS = ['、', ', ']
const PAIR_MARKS_ZH = ['、']

/** A clause, not a name: `was invited`, `invited by`. */
const CLAUSE = /^(?:by|to) |(?: |^)(?:was|were|is|are|be|been|just|also|not)$/i
const PUNCTUATION = /[，。！？：；\n]/
const MARKUP = /<(?:a |img |_wc_|!\[CDATA)/

/** Names a template puts in, each list as one value: no text of theirs is read again. @see ./parse-line.js */
export type Values = ReadonlyMap<string, { readonly names: readonly string[]; readonly text: string }>

/** One person. `''` is oneself; `undefined` for anything but a name. */
export function readPerson(hole: string, bare: Bare, values: Values): string | undefined {
  const text = hole.trim()
  if (PRONOUN.test(text)) return ''
  const inner = enclosed(text)
  if (inner === undefined) return bareName(text, bare, values)
  if (splitEnclosed(text).length > 1) return undefined
  return name(inner, values)
}

/** Everybody of a list, oneself as `''`; `undefined` for anything but a list of names. */
export function readPeople(hole: string, bare: Bare, values: Values): string[] | undefined {
  const text = hole.trim()
  if (PRONOUN.test(text)) return ['']
  const [pronoun] = PRONOUN_FIRST.exec(text) ?? ['']
  const others = readOthers(text.slice(pronoun.length).trim(), bare, values)
  return pronoun && others ? ['', ...others] : others
}

/** A topic: any text. `''` only when it is enclosed; bare, like a bare name. */
export function readTopic(hole: string, values: Values): string | undefined {
  const text = hole.trim()
  const inner = enclosed(text) ?? (text !== '' && isPlain(text) ? text : undefined)
  if (inner === undefined || values.size === 0) return inner
  return Array.from(inner, (char) => values.get(char)?.text ?? char).join('')
}

function readOthers(text: string, bare: Bare, values: Values): string[] | undefined {
  const list = values.get((enclosed(text) ?? text).trim())
  if (list) return all(list.names.map((one) => name(one, new Map())))
  const pieces = splitEnclosed(text)
  if (pieces.length > 1) return all(pieces.map((piece) => name(piece, values)))
  const inner = enclosed(text)
  if (inner !== undefined)
    return all(splitList(inner, bare === 'words' ? PAIR_MARKS : PAIR_MARKS_ZH).map((part) => name(part, values)))
  // 和 joins names or is part of one: without quotation marks both are possible.
  if (bare === 'plain' && text.includes('和')) return undefined
  const names = splitList(text, BARE_MARKS).map((part) => (PRONOUN.test(part) ? '' : bareName(part, bare, values)))
  return all(names)
}

function all(names: (string | undefined)[]): string[] | undefined {
  return names.every((one) => one !== undefined) ? names : undefined
}

/** What one pair encloses. */
function enclosed(text: string): string | undefined {
  const close = QUOTES.find(([open]) => text.startsWith(open))?.[1]
  return close && text.length > 1 && text.endsWith(close) ? text.slice(1, -1) : undefined
}

/** Names enclosed one by one; a list mark inside a pair belongs to its name. */
function splitEnclosed(text: string): string[] {
  const inner = enclosed(text)
  const quotes = QUOTES.find(([open]) => text.startsWith(open))
  if (inner === undefined || !quotes) return []
  const [open, close] = quotes
  const [first = '', ...others] = JOINTS.map((joint) => close + joint + open)
  return others.reduce((list, joint) => list.replaceAll(joint, first), inner).split(first)
}

/**
 * A list has one mark: what else looks like one belongs to a name. With commas the last may be joined by `and`. A mark with
 * nothing beside it joins nothing.
 */
function splitList(text: string, marks: readonly string[]): string[] {
  const mark = marks.find((one) => text.includes(one))
  if (mark === undefined) return [text]
  const parts = text.split(mark)
  if (mark === ', ') parts.push(...splitLast(parts.pop() ?? ''))
  return parts.every((part) => part.trim() !== '') ? parts : [text]
}

function splitLast(text: string): string[] {
  if (text.startsWith('and ')) return [text.slice('and '.length)]
  const at = text.lastIndexOf(' and ')
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + ' and '.length)]
}

function bareName(text: string, bare: Bare, values: Values): string | undefined {
  if (bare === 'never' || text.includes('\n')) return undefined
  if (bare === 'anything') return name(text, values)
  if (isMarked(text) || CLAUSE.test(text)) return undefined
  if (bare === 'plain' && !isPlain(text)) return undefined
  return name(text.trim(), values)
}

/** Without quotation marks and the punctuation of sentences. */
function isPlain(text: string): boolean {
  return !PUNCTUATION.test(text) && !Array.from(text).some((char) => MARKS.has(char))
}

/** Begins or ends with a quotation mark. */
function isMarked(text: string): boolean {
  return MARKS.has(text.charAt(0)) || MARKS.has(text.charAt(text.length - 1))
}

/** Rejects `''`, which is oneself, pronouns and markup. */
function name(text: string, values: Values): string | undefined {
  const value = values.get(text.trim())
  if (value) return value.names.length === 1 ? name(value.names[0] ?? '', new Map()) : undefined
  if (text === '' || PRONOUN.test(text.trim()) || MARKUP.test(text)) return undefined
  return Array.from(values.keys()).some((key) => text.includes(key)) ? undefined : text
}

import { readName, readNames, readTopic, type Values } from './names.js'
import { type Bare, type ParsedNotice, type Slots, WORDINGS, type Wording } from './wordings.js'

/** Longer than any line the server sends. */
const MAX_LENGTH = 2_000
/** Maximum number of ways to split a line. No line from the server needs more. */
const MAX_SPLITS = 16

const NOTICE: ParsedNotice = { kind: 'notice' }

interface Compiled {
  start: RegExp
  /** The fixed text after each slot. */
  words: RegExp[]
  slots: (keyof Slots)[]
  wording: Wording
}

const COMPILED = WORDINGS.map((wording): Compiled => {
  const pieces = wording.line.split(/\{(\w+)\}/)
  const sources = pieces.filter((_, index) => index % 2 === 0).map((source) => `(?:${source})`)
  sources.push(`${sources.pop()}(?=$${wording.tail ? `|${wording.tail}` : ''})`)
  const [start = '', ...words] = sources
  return {
    start: new RegExp(`^${start}`, 'i'),
    words: words.map((source) => new RegExp(source, 'gi')),
    slots: pieces.filter((_, index) => index % 2 === 1) as (keyof Slots)[],
    wording,
  }
})

/**
 * Parses a line written by the server. It is recognized if it can be read in exactly one way: the words between the
 * names determine where each name ends, regardless of the characters in it.
 *
 * @param values single characters that stand for names in the line
 * @see docs/protocol.md §10.17
 */
export function parseLine(content: string, values: Values = new Map()): ParsedNotice {
  const line = content
    .trim()
    .replace(/(?<![.。])[.。]$/, '')
    .trimEnd()
  const found = new Map<string, ParsedNotice>()
  if (line.length > MAX_LENGTH) return NOTICE
  for (const compiled of COMPILED) {
    const splits = splitsOf(line, compiled)
    if (!splits) return NOTICE
    for (const texts of splits) {
      const notice = readSplit(texts, compiled, values)
      if (notice) found.set(JSON.stringify(notice), notice)
      if (found.size > 1) return NOTICE
    }
  }
  return found.values().next().value ?? NOTICE
}

/**
 * Returns the slot texts for every way to split a line at the words of a wording; `undefined` when there are too many.
 */
function splitsOf(line: string, { start, words }: Compiled): string[][] | undefined {
  const first = start.exec(line)
  if (!first) return []
  const spans: Span[][] = []
  for (const pattern of words.toReversed()) {
    const list = occurrences(line, pattern)
    if (list.length === 0) return []
    spans.unshift(list)
  }
  if (spans.reduce((count, list) => count * list.length, 1) > MAX_SPLITS) return undefined
  let splits: { texts: string[]; end: number }[] = [{ texts: [], end: first[0].length }]
  for (const list of spans) {
    splits = splits.flatMap(({ texts, end }) =>
      list
        .filter((span) => span.start >= end)
        .map((span) => ({ texts: [...texts, line.slice(end, span.start)], end: span.end })),
    )
  }
  return splits.map(({ texts }) => texts)
}

function readSplit(texts: string[], { slots, wording }: Compiled, values: Values): ParsedNotice | undefined {
  const { bare = 'plain' } = wording
  const filled: Record<string, unknown> = {}
  for (const [index, slot] of slots.entries()) {
    filled[slot] = READERS[slot](texts[index] ?? '', bare, values)
    if (filled[slot] === undefined) return undefined
  }
  return wording.notice(filled)
}

const READERS: Readonly<Record<keyof Slots, (text: string, bare: Bare, values: Values) => unknown>> = {
  by: readName,
  member: readName,
  members: readNames,
  name: (text, bare, values) => readName(text, bare, values) || undefined,
  topic: (text, _, values) => readTopic(text, values),
}

interface Span {
  start: number
  end: number
}

/** Finds occurrences that are not inside longer words, up to one more than `MAX_SPLITS`. */
function occurrences(line: string, words: RegExp): Span[] {
  const spans: Span[] = []
  words.lastIndex = 0
  for (let match = words.exec(line); match && spans.length <= MAX_SPLITS; match = words.exec(line)) {
    const { index: start } = match
    const end = start + match[0].length
    if (!isInsideWord(line, start) && !isInsideWord(line, end)) spans.push({ start, end })
    if (end === start) words.lastIndex++
  }
  return spans
}

function isInsideWord(line: string, at: number): boolean {
  return WORD.test(line.charAt(at - 1)) && WORD.test(line.charAt(at))
}

const WORD = /[\p{Script=Latin}\p{N}_]/u

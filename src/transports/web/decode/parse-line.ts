import { readPeople, readPerson, readTopic, type Values } from './names.js'
import { type Bare, type Holes, type ParsedNotice, WORDINGS, type Wording } from './wordings.js'

/** Longer than any line of the server. */
const MAX_LENGTH = 2_000
/** More ways to divide a line than this: nothing a server says. Bounds the work. */
const MAX_SPLITS = 16

const NOTICE: ParsedNotice = { kind: 'notice' }

interface Compiled {
  start: RegExp
  /** After each hole. */
  words: RegExp[]
  holes: (keyof Holes)[]
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
    holes: pieces.filter((_, index) => index % 2 === 1) as (keyof Holes)[],
    wording,
  }
})

/**
 * What a line of the server says. It is understood when exactly one reading of one wording fits: the words between the
 * names decide where a name ends, whatever signs stand in it.
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

/** Every way the words of a wording divide a line: for each the texts in its holes; `undefined` when there are too many. */
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

function readSplit(texts: string[], { holes, wording }: Compiled, values: Values): ParsedNotice | undefined {
  const { bare = 'plain' } = wording
  const filled: Record<string, unknown> = {}
  for (const [index, hole] of holes.entries()) {
    filled[hole] = READERS[hole](texts[index] ?? '', bare, values)
    if (filled[hole] === undefined) return undefined
  }
  return wording.notice(filled)
}

const READERS: Readonly<Record<keyof Holes, (text: string, bare: Bare, values: Values) => unknown>> = {
  by: readPerson,
  member: readPerson,
  members: readPeople,
  name: (text, bare, values) => readPerson(text, bare, values) || undefined,
  topic: (text, _, values) => readTopic(text, values),
}

interface Span {
  start: number
  end: number
}

/** Where words stand, not as part of longer words; at most one more than may be. */
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

import { type Fence, fenceAfter } from './code-fence.js'

/** How long text messages may be. */
export interface TextLimit {
  /** Maximum length of a part. */
  max: number
  /** Unit of `max`: what readers see as characters, or UTF-16 code units. */
  unit: 'graphemes' | 'utf16'
  /** Text that needs more parts is refused. Default: no limit. */
  maxParts?: number
  /** Whether a Markdown code fence that is cut is closed in one part and reopened in the next. Default false. */
  keepsFences?: boolean
}

/** Boundaries, best first: paragraph, line, sentence, word. */
const BOUNDARIES = [/\n{2,}/g, /\n/g, /[。！？!?…]+["'”’）)]*|\.(?=\s)/g, /\s+/g]

/** A worse boundary is used when the best one would make a part shorter than this share of the limit. */
const MIN_SHARE = 0.5

/** Length of text segmented at a time. Each segment that `Intl.Segmenter` returns keeps its whole input in memory. */
const WINDOW_UNITS = 1_024

/** A line longer than this share of the limit does not count as a code fence. */
const MAX_FENCE_SHARE = 0.15

/** A grapheme longer than this share of the limit is split, so that one fits between two code fences. */
const MAX_GRAPHEME_SHARE = 0.5

/** Where a part ends. */
interface Cut {
  /** Number of graphemes in the part. */
  count: number
  /** The code fence that is open there. */
  fence?: Fence | undefined
}

/** Where a part begins. */
interface Start {
  graphemes: readonly string[]
  index: number
  /** The code fence that is open there. */
  fence: Fence | undefined
  isLineStart: boolean
  /** Length available for the text. */
  room: number
  limit: TextLimit
}

/**
 * Splits text into parts of at most `limit.max`, at the best boundary near the end of each part: paragraph, line,
 * sentence, word, or otherwise between graphemes. Drops only whitespace at the boundaries, and inside a code fence that
 * is closed and reopened only the line end. A grapheme that alone exceeds the limit, which does not occur in any
 * language, is split between code points. The number of parts is not limited; text that is only whitespace has none.
 */
export function splitText(text: string, limit: TextLimit): string[] {
  const { max } = limit
  if (text.trim() === '') return []
  if (text.length <= max) return [text]
  const graphemes = graphemesOf(text).flatMap((grapheme) => splitGrapheme(grapheme, limit))
  const parts: string[] = []
  let fence: Fence | undefined
  let isLineStart = true
  for (let index = 0; index < graphemes.length; ) {
    const head = fence ? `${fence.open}\n` : ''
    const start = { graphemes, index, fence, isLineStart, room: max - head.length, limit }
    const cut = findCut(start)
    const body = graphemes.slice(index, index + cut.count).join('')
    index += cut.count
    isLineStart = body.endsWith('\n')
    if (cut.fence && index < graphemes.length) {
      parts.push(`${head}${body.replace(/\r?\n$/, '')}\n${cut.fence.close}`)
      if (!isLineStart && graphemes[index]?.endsWith('\n')) {
        isLineStart = true
        index++
      }
      fence = cut.fence
      // If the fence ends here anyway, its last line is the one just added.
      const line = isLineStart ? lineAt(graphemes, index, max) : undefined
      if (line === undefined || fenceAfter(line, fence, maxFence(limit)) !== undefined) continue
      while (index < graphemes.length && !graphemes[index++]?.endsWith('\n'));
    } else parts.push(index < graphemes.length ? (head + body).trimEnd() : head + body)
    fence = undefined
    for (; graphemes[index]?.trim() === ''; index++) isLineStart ||= graphemes[index]?.endsWith('\n') ?? false
  }
  return parts.filter((part) => part !== '')
}

function graphemesOf(text: string): string[] {
  const segmenter = new Intl.Segmenter()
  const graphemes: string[] = []
  let at = 0
  while (at < text.length) {
    // Half a surrogate pair at the edge would count as a grapheme of its own, and the grapheme before it as complete.
    const isSplit = /[\ud800-\udbff]/.test(text.charAt(at + WINDOW_UNITS - 1))
    const window = text.slice(at, at + WINDOW_UNITS - (isSplit ? 1 : 0))
    const found = Array.from(segmenter.segment(window), ({ segment }) => segment)
    // The last grapheme may continue after the window.
    if (at + WINDOW_UNITS < text.length && found.length > 1) found.pop()
    for (const grapheme of found) {
      graphemes.push(grapheme)
      at += grapheme.length
    }
  }
  return graphemes
}

function splitGrapheme(grapheme: string, { max, unit, keepsFences }: TextLimit): readonly string[] | string {
  if (unit === 'graphemes' || grapheme.length <= max * (keepsFences ? MAX_GRAPHEME_SHARE : 1)) return grapheme
  return [...grapheme]
}

function findCut(start: Start): Cut {
  const { graphemes, index, room, limit } = start
  if (!limit.keepsFences) return bestCut(start, room)
  // The line that closes a fence needs room, which may move the end to where another fence, or none, is open.
  for (let reserved = 0; ; ) {
    const cut = bestCut(start, room - reserved)
    const isEnd = index + cut.count === graphemes.length
    const { count, fence } = isEnd ? cut : outsideFenceLine(start, cut.count)
    const needed = fence ? fence.close.length + 1 : 0
    const length = lengthOf(graphemes.slice(index, index + count), limit)
    if (needed <= reserved || length + needed <= room) return { count, fence }
    reserved = needed
  }
}

/** The best boundary within a length; at least one grapheme. */
function bestCut({ graphemes, index, limit }: Start, room: number): Cut {
  let end = index
  for (let left = room; end < graphemes.length; end++) {
    left -= limit.unit === 'graphemes' ? 1 : (graphemes[end]?.length ?? 0)
    if (left < 0 && end > index) break
  }
  if (end === graphemes.length) return { count: end - index }
  const window = graphemes.slice(index, end)
  const text = window.join('')
  for (const boundary of BOUNDARIES) {
    const last = [...text.matchAll(boundary)].at(-1)
    const cut = last ? last.index + last[0].length : 0
    if (cut >= text.length * MIN_SHARE) return { count: graphemeCount(window, cut) }
  }
  return { count: window.length }
}

/** Moves a cut out of a line that opens or closes a code fence, and before a line that opens one without any content. */
function outsideFenceLine({ graphemes, index, fence, isLineStart, limit }: Start, count: number): Cut {
  const max = maxFence(limit)
  let open = fence
  let before: Cut = { count: 0, fence }
  for (let at = index; at < index + count; ) {
    const line = lineAt(graphemes, at, max)
    const isWhole = at > index || isLineStart
    const next = isWhole && line !== undefined ? fenceAfter(line, open, max) : open
    before = { count: at - index, fence: open }
    let end = at
    while (end <= index + count && !graphemes[end]?.endsWith('\n')) end++
    const isCut = end > index + count
    at = end + 1
    if (next === open) continue
    const isEmpty = next !== undefined && at >= index + count
    if ((isCut || isEmpty) && before.count > 0) return before
    open = next
  }
  return { count, fence: open }
}

/** The line that begins at a grapheme, without its line end; `undefined` if it is longer than `max`. */
function lineAt(graphemes: readonly string[], index: number, max: number): string | undefined {
  let line = ''
  for (let at = index; at < graphemes.length && !graphemes[at]?.endsWith('\n'); at++) {
    line += graphemes[at]
    if (line.length > max) return undefined
  }
  return line
}

function maxFence({ max }: TextLimit): number {
  return max * MAX_FENCE_SHARE
}

function lengthOf(graphemes: readonly string[], { unit }: TextLimit): number {
  if (unit === 'graphemes') return graphemes.length
  return graphemes.reduce((length, grapheme) => length + grapheme.length, 0)
}

function graphemeCount(window: readonly string[], units: number): number {
  let count = 0
  for (let length = 0; count < window.length && length < units; count++) length += window[count]?.length ?? 0
  return count
}

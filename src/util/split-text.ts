/** Boundaries, best first: paragraph, line, sentence, word. */
const BOUNDARIES = [/\n{2,}/g, /\n/g, /[。！？!?…]+["'”’）)]*|\.(?=\s)/g, /\s+/g]

/** A worse boundary is used when the best one would make a part shorter than this share of the limit. */
const MIN_SHARE = 0.5

/** Length of text segmented at a time. Each segment that `Intl.Segmenter` returns keeps its whole input in memory. */
const WINDOW_UNITS = 1_024

/**
 * Splits text into parts of at most `limit` graphemes, at the best boundary near the end of each part: paragraph, line,
 * sentence, word, or otherwise between graphemes. Drops only whitespace at the boundaries.
 */
export function splitText(text: string, limit: number): string[] {
  if (text.length <= limit) return [text]
  const graphemes = graphemesOf(text)
  const parts: string[] = []
  let start = 0
  while (graphemes.length - start > limit) {
    const window = graphemes.slice(start, start + limit)
    const length = bestCut(window)
    parts.push(window.slice(0, length).join('').trimEnd())
    start += length
    while (graphemes[start]?.trim() === '') start++
  }
  parts.push(graphemes.slice(start).join(''))
  return parts.filter((part) => part !== '')
}

/** A grapheme longer than the window, which does not occur in any language, is split. */
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

/** Number of graphemes to use from a full window. */
function bestCut(window: readonly string[]): number {
  const text = window.join('')
  for (const boundary of BOUNDARIES) {
    const end = [...text.matchAll(boundary)].at(-1)
    const cut = end ? end.index + end[0].length : 0
    if (cut >= text.length * MIN_SHARE) return graphemeCount(window, cut)
  }
  return window.length
}

function graphemeCount(window: readonly string[], units: number): number {
  let count = 0
  for (let length = 0; count < window.length && length < units; count++) length += window[count]?.length ?? 0
  return count
}

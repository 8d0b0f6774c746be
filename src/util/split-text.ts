/** Better borders first: paragraph, line, sentence, word. */
const BORDERS = [/\n{2,}/g, /\n/g, /[。！？!?…]+["'”’）)]*|\.(?=\s)/g, /\s+/g]

/** A part that a better border would leave shorter than this share of the limit is cut at a worse one. */
const MIN_SHARE = 0.5

/** Segmented at once: the segmenter keeps the whole text with every grapheme it gives. */
const WINDOW_UNITS = 1_024

/**
 * Splits a text into parts of at most `limit` graphemes, at the best border near the end of each: paragraph, line,
 * sentence, word, else between graphemes. Nothing but white space at the borders is left out.
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

/** A grapheme longer than the window, which no language writes, is cut. */
function graphemesOf(text: string): string[] {
  const segmenter = new Intl.Segmenter()
  const graphemes: string[] = []
  let at = 0
  while (at < text.length) {
    // Half a character at the edge would pass for a grapheme of its own, and the one before it for whole.
    const isTorn = /[\ud800-\udbff]/.test(text.charAt(at + WINDOW_UNITS - 1))
    const window = text.slice(at, at + WINDOW_UNITS - (isTorn ? 1 : 0))
    const found = Array.from(segmenter.segment(window), ({ segment }) => segment)
    // The last may go on behind the window.
    if (at + WINDOW_UNITS < text.length && found.length > 1) found.pop()
    for (const grapheme of found) {
      graphemes.push(grapheme)
      at += grapheme.length
    }
  }
  return graphemes
}

/** How many graphemes of a full window to keep. */
function bestCut(window: readonly string[]): number {
  const text = window.join('')
  for (const border of BORDERS) {
    const end = [...text.matchAll(border)].at(-1)
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

/** Better borders first: paragraph, line, sentence, word. */
const BORDERS = [/\n{2,}/g, /\n/g, /[。！？!?…]+["'”’）)]*|\.(?=\s)/g, /\s+/g]

/** A part that a better border would leave shorter than this share of the limit is cut at a worse one. */
const LEAST_SHARE = 0.5

/**
 * Splits a text into parts of at most `limit` graphemes, at the best border near the end of each: paragraph, line,
 * sentence, word, else between graphemes. Nothing but white space at the borders is left out.
 */
export function splitText(text: string, limit: number): string[] {
  const graphemes = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment)
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

/** How many graphemes of a full window to keep. */
function bestCut(window: readonly string[]): number {
  const text = window.join('')
  for (const border of BORDERS) {
    const end = [...text.matchAll(border)].at(-1)
    const cut = end ? end.index + end[0].length : 0
    if (cut >= text.length * LEAST_SHARE) return graphemeCount(window, cut)
  }
  return window.length
}

function graphemeCount(window: readonly string[], units: number): number {
  let count = 0
  for (let length = 0; count < window.length && length < units; count++) length += window[count]?.length ?? 0
  return count
}

import { inLanguage } from '../language.js'
import { plural } from '../plural.js'

const STRINGS = {
  zh: { more: (bars: number, count: number) => `另有 ${bars} 项，合计 ${count}。` },
  en: { more: (bars: number, count: number) => `${plural(bars, 'more value')} with ${count} in total.` },
}

/** Bars that a plot can show without becoming a list. */
const MAX_BARS = 12

/** A bar of a plot. */
export interface Bar {
  label: string
  count: number
  /** What the count consists of; only in the table of the figure. */
  details?: string
}

/** What one plot shows. */
export interface Figure {
  title: string
  /** Headings of the table with the same numbers. */
  headings: { label: string; count: string; details?: string }
  bars: readonly Bar[]
  /** Sentences below the plot. */
  notes: readonly string[]
}

/** Sorts bars by count, and replaces all but the first ones with a note. */
export function longestBars({ bars, notes, ...figure }: Figure): Figure {
  const sorted = bars.toSorted((a, b) => b.count - a.count)
  const rest = sorted.slice(MAX_BARS)
  const count = rest.reduce((sum, bar) => sum + bar.count, 0)
  const more = rest.length > 0 ? [inLanguage(STRINGS).more(rest.length, count)] : []
  return { ...figure, bars: sorted.slice(0, MAX_BARS), notes: [...notes, ...more] }
}

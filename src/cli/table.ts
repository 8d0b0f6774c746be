import stringWidth from 'string-width'
import { oneLine } from '../util/one-line.js'
import { padTo, type Style, type Terminal } from './terminal.js'

/** A column of a table. */
export interface Column<Row> {
  heading: string
  /** The text of a cell, which strangers may have written. */
  text(row: Row): string
  style?: Style
  /** The width at which the column stops shrinking on a narrow terminal. */
  minColumns: number
  /** Whether the column is left out of a terminal that is too narrow for the whole table. */
  isOptional?: boolean
}

const GAP = '  '

/** Where texts are not truncated, one long text must not push the next column far away in every row. */
const MAX_ALIGNED_COLUMNS = 40

/**
 * Prints rows in aligned columns. On a terminal, long texts are truncated so that each row takes one line; elsewhere,
 * they are complete.
 */
export function printTable<Row>(terminal: Terminal, columns: readonly Column<Row>[], rows: readonly Row[]): void {
  const cells = rows.map((row) => columns.map(({ text }) => oneLine(text(row))))
  const isEmpty = columns.map((_, index) => cells.every((row) => row[index] === ''))
  const natural = columns.map(({ heading }, index) =>
    cells.reduce((width, row) => Math.max(width, stringWidth(row[index] ?? '')), stringWidth(heading)),
  )
  // A column without any text takes no space.
  const filled = columns.flatMap((column, index) => (isEmpty[index] ? [] : { ...column, index }))
  const total = filled.reduce((sum, { index }) => sum + (natural[index] ?? 0) + GAP.length, -GAP.length)
  const isNarrow = terminal.columns !== undefined && total > terminal.columns
  const shown = filled.filter(({ isOptional }) => !(isNarrow && isOptional))
  const widths = fitWidths(
    shown.map(({ index }) => natural[index] ?? 0),
    shown.map(({ minColumns }) => minColumns),
    terminal.columns,
  )
  const line = (texts: readonly string[], styleOf: (column: Column<Row>) => Style | undefined) =>
    shown
      .map((column, position) => {
        const text = texts[column.index] ?? ''
        const isLast = position === shown.length - 1
        const columns = widths[position] ?? 0
        const padded = terminal.columns === undefined ? text + padding(text, columns) : padTo(text, columns)
        const style = styleOf(column)
        const cell = isLast ? padded.trimEnd() : padded
        return style && text !== '' ? terminal.style(cell, style) : cell
      })
      .join(GAP)
      .trimEnd()
  terminal.write(
    line(
      columns.map(({ heading }) => heading),
      () => 'dim',
    ),
  )
  for (const row of cells) terminal.write(line(row, ({ style }) => style))
}

function padding(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - stringWidth(text)))
}

/** Reduces the widest column, one column of text at a time, until the table fits. */
function fitWidths(natural: readonly number[], minimum: readonly number[], available: number | undefined): number[] {
  const widths = [...natural]
  if (available === undefined) return widths.map((width) => Math.min(width, MAX_ALIGNED_COLUMNS))
  const gaps = GAP.length * (widths.length - 1)
  while (widths.reduce((sum, width) => sum + width, gaps) > available) {
    const widest = widths
      .map((width, index) => ({ index, width }))
      .filter(({ index, width }) => width > (minimum[index] ?? 0))
      .sort((a, b) => b.width - a.width)[0]
    if (!widest) break
    widths[widest.index] = widest.width - 1
  }
  return widths
}

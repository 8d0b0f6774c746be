/** Excel and similar programs read a file as UTF-8 only if it starts with this mark. */
const BYTE_ORDER_MARK = '\ufeff'

/** The first characters that make spreadsheets treat a text as a formula. */
const FORMULA = /^[=+\-@\t\r]/

/**
 * Formats a table as CSV (RFC 4180) for spreadsheets: with a byte order mark, and with `'` before each text that a
 * spreadsheet would otherwise execute as a formula, because strangers choose their own names.
 */
export function toCsv(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const lines = [headings, ...rows].map((row) => row.map(cell).join(','))
  return `${BYTE_ORDER_MARK}${lines.join('\r\n')}\r\n`
}

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const text = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Excel and similar programs read a file as UTF-8 only if it starts with this mark. */
const BYTE_ORDER_MARK = '\ufeff'

/** The first characters that make spreadsheets treat a text as a formula, in some languages also in their full width. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/

/** Characters that no spreadsheet shows, and that act on a terminal. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g

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
  const visible = value.replace(CONTROL, '�')
  const text = FORMULA.test(visible) ? `'${visible}` : visible
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

import { styleText } from 'node:util'
import stringWidth from 'string-width'
import { showsUnicode } from '../util/locale.js'

export type Style = 'bold' | 'dim' | 'underline' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan'

/** A terminal stream, with its colors, signs and width. */
export class Terminal {
  readonly #stream: NodeJS.WriteStream
  readonly #hasColors: boolean
  readonly #isUnicode: boolean

  constructor(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv = process.env) {
    this.#stream = stream
    const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0'
    const disabled = env.NO_COLOR !== undefined || env.TERM === 'dumb'
    this.#hasColors = forced || (stream.isTTY === true && !disabled)
    this.#isUnicode = showsUnicode(env)
  }

  /** Width in columns; `undefined` when the stream is not a terminal. */
  get columns(): number | undefined {
    return this.#stream.isTTY ? this.#stream.columns : undefined
  }

  /** Height in rows; `undefined` when the stream is not a terminal. */
  get rows(): number | undefined {
    return this.#stream.isTTY ? this.#stream.rows : undefined
  }

  get isUnicode(): boolean {
    return this.#isUnicode
  }

  write(line = ''): void {
    this.#stream.write(`${line}\n`)
  }

  /** Like `write`; resolves once the line has been written. Does not settle if it cannot be: that ends the process. */
  written(line: string): Promise<void> {
    return new Promise((resolve) => this.#stream.write(`${line}\n`, (error) => error || resolve()))
  }

  /** Replaces the line of the cursor, without a line break. Only for a terminal. */
  replaceLine(text: string): void {
    this.#stream.write(`\r${text}\x1b[K`)
  }

  /** Moves the cursor up and erases everything below it. Only for a terminal. */
  eraseRows(rows: number): void {
    this.#stream.write(`\r\x1b[${rows}A\x1b[J`)
  }

  style(text: string, ...styles: Style[]): string {
    return this.#hasColors ? styleText(styles, text, { validateStream: false }) : text
  }

  /** Returns a sign, or its ASCII form if the locale does not support Unicode. */
  sign(sign: keyof typeof SIGNS): string {
    return this.#isUnicode ? sign : SIGNS[sign]
  }
}

const SIGNS = { '✓': 'ok', '!': '!', '✗': 'x', '●': '*', '←': '<', '→': '>' }

/** Truncates or pads text to exactly `columns`; a CJK character counts as two. */
export function padTo(text: string, columns: number): string {
  const truncated = truncate(text, columns)
  return truncated + ' '.repeat(columns - stringWidth(truncated))
}

/** Truncates text to at most `columns`, ending in `…` if it was truncated. */
export function truncate(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text
  let result = ''
  let width = 0
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += stringWidth(segment)
    if (width > columns - 1) break
    result += segment
  }
  return `${result}…`
}

/** Shortens text to at most `columns` by replacing its middle with `…`. */
export function shorten(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text
  const segments = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment)
  let start = ''
  let end = ''
  // Takes from both sides in turn, so that the end of a file name remains readable.
  while (segments.length > 0) {
    const isStart = stringWidth(start) <= stringWidth(end)
    const segment = (isStart ? segments.shift() : segments.pop()) ?? ''
    if (stringWidth(start + segment + end) > columns - 1) break
    if (isStart) start += segment
    else end = segment + end
  }
  return `${start}…${end}`
}

import { styleText } from 'node:util'
import stringWidth from 'string-width'
import { showsUnicode } from '../util/locale.js'

type Style = 'bold' | 'dim' | 'underline' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan'

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

  write(line = ''): void {
    this.#stream.write(`${line}\n`)
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

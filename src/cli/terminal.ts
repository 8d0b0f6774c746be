import { styleText } from 'node:util'
import stringWidth from 'string-width'
import { showsUnicode } from '../util/locale.js'

type Style = 'bold' | 'dim' | 'underline' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan'

/** A stream for people: knows its colours, signs and width. */
export class Terminal {
  readonly #stream: NodeJS.WriteStream
  readonly #hasColours: boolean
  readonly #isUnicode: boolean

  constructor(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv = process.env) {
    this.#stream = stream
    const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0'
    const refused = env.NO_COLOR !== undefined || env.TERM === 'dumb'
    this.#hasColours = forced || (stream.isTTY === true && !refused)
    this.#isUnicode = showsUnicode(env)
  }

  /** Columns; `undefined` when it is no terminal. */
  get columns(): number | undefined {
    return this.#stream.isTTY ? this.#stream.columns : undefined
  }

  write(line = ''): void {
    this.#stream.write(`${line}\n`)
  }

  style(text: string, ...styles: Style[]): string {
    return this.#hasColours ? styleText(styles, text, { validateStream: false }) : text
  }

  /** A sign, or what stands for it where the locale has none. */
  sign(sign: keyof typeof SIGNS): string {
    return this.#isUnicode ? sign : SIGNS[sign]
  }
}

const SIGNS = { '✓': 'ok', '!': '!', '✗': 'x', '●': '*', '←': '<', '→': '>' }

/** Cuts a text to so many columns, a CJK character counting two, and fills it up. */
export function padTo(text: string, columns: number): string {
  const cut = truncate(text, columns)
  return cut + ' '.repeat(columns - stringWidth(cut))
}

/** Cuts a text to so many columns, with `…` where something is missing. */
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

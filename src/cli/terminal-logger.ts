import stringWidth from 'string-width'
import type { Logger } from '../index.js'
import { translateLibraryLine } from './library-lines.js'
import type { Terminal } from './terminal.js'

/** The start of each color code in the rows of a QR code. */
const ESCAPE = '\x1b['

/** The signs at the beginning of the library's lines. */
const SIGN = /^(✓|ok|!)(?= )/

/** Writes the library's lines to the terminal, with colored signs. A new QR code replaces the previous one in place. */
export class TerminalLogger implements Logger {
  readonly #terminal: Terminal
  /** Whether to write the lines that report success; warnings are always written. */
  hasInfo: boolean
  /** Rows written since the first row of the QR code; 0 without a QR code on the screen. */
  #rowsSinceQr = 0
  #isInQr = false

  constructor(terminal: Terminal, { hasInfo = false } = {}) {
    this.#terminal = terminal
    this.hasInfo = hasInfo
  }

  debug(): void {}

  info(line: string): void {
    if (this.hasInfo) this.#write(line)
  }

  warn(line: string): void {
    this.#write(line)
  }

  error(line: string): void {
    this.#write(line)
  }

  /** Keeps the QR code that is on the screen: something else was written or typed below it. */
  keepQr(): void {
    this.#rowsSinceQr = 0
  }

  #write(original: string): void {
    const line = translateLibraryLine(original)
    const isQr = line.includes(ESCAPE)
    const { rows, columns } = this.#terminal
    if (rows !== undefined && columns !== undefined) {
      if (isQr && !this.#isInQr) {
        if (this.#rowsSinceQr > 0 && this.#rowsSinceQr < rows) this.#terminal.eraseRows(this.#rowsSinceQr)
        this.#rowsSinceQr = 0
      }
      if (isQr || this.#rowsSinceQr > 0) {
        this.#rowsSinceQr += isQr ? 1 : Math.max(1, Math.ceil(stringWidth(line) / columns))
      }
    }
    this.#isInQr = isQr
    this.#terminal.write(isQr ? line : this.#withColor(line))
  }

  #withColor(line: string): string {
    return line.replace(SIGN, (sign) => this.#terminal.style(sign, sign === '!' ? 'yellow' : 'green'))
  }
}

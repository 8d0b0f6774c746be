import stringWidth from 'string-width'
import { oneLine } from '../util/one-line.js'
import { formatSeconds, formatShare, formatSize } from './sizes.js'
import { shorten, type Terminal } from './terminal.js'

const MIN_BAR_COLUMNS = 12
const MAX_BAR_COLUMNS = 30
const MAX_NAME_COLUMNS = 32
const MIN_NAME_COLUMNS = 8
const REDRAW_MS = 100
/** Percent between two lines where lines cannot be replaced. */
const STEP_PERCENT = 10
const GAP = '  '
const PERCENT_COLUMNS = 4
/** The widths of the rate and of the time left; on narrow terminals, only of the rate, or of neither. */
const RESERVED_COLUMNS: readonly (readonly number[])[] = [[9, 11], [9], []]
/** For the `^C` that terminals print, so that it does not wrap the line. */
const INTERRUPT_COLUMNS = 3
/** The rate is shown once there are enough measurements for it. */
const MIN_RATE_MS = 500

/**
 * The progress of an upload: on a terminal, one line that is replaced up to ten times per second; elsewhere, one line at
 * the start and one per 10 %.
 */
export class Progress {
  readonly #terminal: Terminal
  readonly #name: string
  readonly #totalBytes: number
  readonly #now: () => number
  readonly #startMs: number
  #drawnMs = Number.NEGATIVE_INFINITY
  #printedPercent = -STEP_PERCENT
  #isDrawn = false

  constructor(terminal: Terminal, name: string, totalBytes: number, now: () => number = () => performance.now()) {
    this.#terminal = terminal
    this.#name = oneLine(name)
    this.#totalBytes = totalBytes
    this.#now = now
    this.#startMs = now()
    this.update(0)
  }

  get elapsedMs(): number {
    return this.#now() - this.#startMs
  }

  update(doneBytes: number): void {
    const { columns } = this.#terminal
    if (columns === undefined) this.#print(doneBytes)
    else if (this.#now() - this.#drawnMs >= REDRAW_MS) this.#draw(doneBytes, columns)
  }

  /** Removes the line from the terminal. */
  clear(): void {
    if (this.#isDrawn) this.#terminal.replaceLine('')
    this.#isDrawn = false
  }

  #percent(doneBytes: number): number {
    return this.#totalBytes === 0 ? 100 : Math.floor((100 * doneBytes) / this.#totalBytes)
  }

  #print(doneBytes: number): void {
    const percent = this.#percent(doneBytes)
    if (percent < this.#printedPercent + STEP_PERCENT) return
    this.#printedPercent = percent - (percent % STEP_PERCENT)
    this.#terminal.write(`${this.#name}  ${percent}%  ${formatShare(doneBytes, this.#totalBytes)}`)
  }

  #draw(doneBytes: number, columns: number): void {
    this.#drawnMs = this.#now()
    this.#isDrawn = true
    const share = formatShare(doneBytes, this.#totalBytes).padStart(this.#shareColumns)
    // Without the last parts where the line would wrap: a wrapped line cannot be replaced.
    const speed = this.#speed(doneBytes)
    const reserved = RESERVED_COLUMNS.map((widths) => widths.reduce((sum, width) => sum + GAP.length + width, 0))
    const fixed = GAP.length * 3 + PERCENT_COLUMNS + GAP.length + this.#shareColumns + INTERRUPT_COLUMNS
    const left = (extra: number) => columns - fixed - extra
    const parts = reserved.findIndex((extra) => left(extra) >= MIN_NAME_COLUMNS + MIN_BAR_COLUMNS)
    const extra = reserved[parts] ?? 0
    const available = left(extra)
    // Without the bar if not even that is enough.
    const hasBar = available >= MIN_NAME_COLUMNS + MIN_BAR_COLUMNS
    const nameColumns = hasBar ? available - MIN_BAR_COLUMNS : Math.max(1, available + GAP.length)
    const name = shorten(this.#name, Math.min(MAX_NAME_COLUMNS, nameColumns))
    const bar = hasBar ? [this.#bar(doneBytes, Math.min(MAX_BAR_COLUMNS, available - stringWidth(name)))] : []
    const percent = `${this.#percent(doneBytes)}%`.padStart(PERCENT_COLUMNS)
    const shown = speed.slice(0, RESERVED_COLUMNS[parts]?.length ?? 0)
    this.#terminal.replaceLine(GAP + [name, ...bar, percent, share, ...shown].join(GAP))
  }

  /** Columns of the share, which stay the same during the upload. */
  get #shareColumns(): number {
    return formatShare(this.#totalBytes, this.#totalBytes).length
  }

  /** The rate and the time left; nothing until they are known. */
  #speed(doneBytes: number): string[] {
    const { elapsedMs } = this
    if (doneBytes === 0 || elapsedMs < MIN_RATE_MS) return []
    const bytesPerSecond = (doneBytes / elapsedMs) * 1000
    const secondsLeft = Math.ceil((this.#totalBytes - doneBytes) / bytesPerSecond)
    return [`${formatSize(bytesPerSecond)}/s`, formatSeconds(secondsLeft)]
  }

  #bar(doneBytes: number, columns: number): string {
    const [done, rest] = this.#terminal.isUnicode ? ['━', '━'] : ['#', '-']
    const filled = Math.round((this.#percent(doneBytes) / 100) * columns)
    const terminal = this.#terminal
    return terminal.style(done.repeat(filled), 'green') + terminal.style(rest.repeat(columns - filled), 'dim')
  }
}

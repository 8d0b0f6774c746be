import { appendFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { FileError } from '../errors.js'
import type { Clock } from '../util/clock.js'
import { invalidArgument } from '../util/invalid-argument.js'
import { LOG_LEVELS, type Logger, type LogLevel } from '../util/logger.js'

/** What is logged, and where to. */
export interface LoggingOptions {
  /** Write to the terminal, or to the `logger` the instance was made with. Default true. */
  showOnCmd?: boolean
  /** Path of a file that lines are added to as well; `null` for none. Default none. */
  loggingFile?: string | null
  /** Lines below it are not written; also a number as in Python's `logging`, such as 10. Default `'info'`. */
  loggingLevel?: LogLevel | number
}

/** How many of the numbers of Python's `logging` make a level. */
const NUMBERS_PER_LEVEL = 10

/** What begins the colour codes of a QR's rows. */
const ESCAPE = '\x1b['

/** The logger of an instance: to the terminal, or to a logger of the program's own, and to a file if one is wanted. */
export class Logging implements Logger {
  readonly #own: Logger | undefined
  readonly #clock: Clock
  #showOnCmd = true
  #file: string | undefined
  #isFileFailing = false
  #level: LogLevel = 'info'

  /** @param own takes the terminal's place and gets the lines of every level: it filters levels itself */
  constructor(own: Logger | undefined, clock: Clock) {
    this.#own = own
    this.#clock = clock
  }

  /**
   * Changes what is given; the rest stays as it is.
   *
   * @throws ArgumentError for a level that does not exist, FileError for a file that cannot be written; nothing changes then
   */
  set({ showOnCmd, loggingFile, loggingLevel }: LoggingOptions): void {
    const level = loggingLevel === undefined ? this.#level : readLevel(loggingLevel)
    const file = loggingFile === undefined ? this.#file : openable(loggingFile)
    this.#level = level
    this.#file = file
    this.#showOnCmd = showOnCmd ?? this.#showOnCmd
  }

  debug(line: string): void {
    this.#write('debug', line)
  }

  info(line: string): void {
    this.#write('info', line)
  }

  warn(line: string): void {
    this.#write('warn', line)
  }

  error(line: string): void {
    this.#write('error', line)
  }

  #write(level: Exclude<LogLevel, 'silent'>, line: string): void {
    const isWanted = LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(this.#level)
    if (isWanted && this.#file !== undefined) this.#append(this.#file, level, line)
    if (!this.#showOnCmd) return
    if (this.#own) this.#hand(this.#own, level, line)
    else if (isWanted) printLine(line)
  }

  /** A logger of the program's own that fails must not end a session. */
  #hand(own: Logger, level: Exclude<LogLevel, 'silent'>, line: string): void {
    try {
      const logged: unknown = own[level](line)
      if (logged instanceof Promise) logged.catch(() => {})
    } catch {}
  }

  /** At once, so that the last line before a crash is there. A QR is for scanning, not for keeping. */
  #append(file: string, level: LogLevel, line: string): void {
    if (line.includes(ESCAPE)) return
    try {
      append(file, `${new Date(this.#clock.now()).toISOString()} ${level} ${line}\n`)
      this.#isFileFailing = false
    } catch (error) {
      const isKnown = this.#isFileFailing
      this.#isFileFailing = true
      if (!isKnown)
        this.warn(`The log file cannot be written; lines are missing in it until it can. ${reasonOf(error)}`)
    }
  }
}

/**
 * A line on standard error. Its errors come as late events of the stream, which would end the process where nothing listens; the
 * `Console` of Node takes the first of them alone.
 */
function printLine(line: string): void {
  try {
    const { stderr } = process
    if (!stderr.listeners('error').includes(ignore)) stderr.on('error', ignore)
    stderr.write(`${line}\n`)
  } catch {}
}

/** One function for all instances, so that it is added once. */
function ignore(): void {}

function readLevel(given: LogLevel | number): LogLevel {
  const level = typeof given === 'number' ? LOG_LEVELS[Math.max(0, Math.ceil(given / NUMBERS_PER_LEVEL) - 1)] : given
  if (level !== undefined && LOG_LEVELS.includes(level)) return level
  throw invalidArgument('loggingLevel', { expected: `one of ${LOG_LEVELS.join(', ')}`, found: JSON.stringify(given) })
}

/** The absolute path of a file that can be written. */
function openable(given: string | null): string | undefined {
  if (given === null || given === '') return undefined
  const path = resolve(given)
  try {
    append(path, '')
  } catch (cause) {
    throw new FileError(`setLogging: ${path} cannot be written. ${reasonOf(cause)}`, { path, cause })
  }
  return path
}

/** Readable by its owner only: names of people stand in it. */
function append(path: string, text: string): void {
  appendFileSync(path, text, { mode: 0o600 })
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

import { appendFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { FileError } from '../errors.js'
import { checkOptions, type NamesOf } from '../util/check-options.js'
import type { Clock } from '../util/clock.js'
import { describeName, invalidArgument } from '../util/invalid-argument.js'
import { LOG_LEVELS, type Logger, type LogLevel } from '../util/logger.js'

/** What to log, and where. */
export interface LoggingOptions {
  /** Write to the terminal, or to the `logger` passed to the constructor. Default true. */
  showOnCmd?: boolean
  /** Path of a file to which lines are also appended; `null` for no file. Default: no file. */
  loggingFile?: string | null
  /**
   * Minimum level to write. Numbers have the same meaning as in Python's `logging`, such as 10 for debug. Default
   * `'info'`.
   */
  loggingLevel?: LogLevel | number
}

const LOGGING_OPTIONS: NamesOf<LoggingOptions> = { showOnCmd: true, loggingFile: true, loggingLevel: true }

/** Difference between two adjacent levels in Python's `logging`. */
const NUMBERS_PER_LEVEL = 10

/** The start of each color code in the rows of a QR code. */
const ESCAPE = '\x1b['

/** The logger of an instance. Writes to the terminal or to a custom logger, and optionally to a file. */
export class Logging implements Logger {
  readonly #custom: Logger | undefined
  readonly #clock: Clock
  #showOnCmd = true
  #file: string | undefined
  #isFileFailing = false
  #level: LogLevel = 'info'

  /** @param custom used instead of the terminal; receives lines of every level and does its own filtering */
  constructor(custom: Logger | undefined, clock: Clock) {
    this.#custom = custom
    this.#clock = clock
  }

  /**
   * Changes the given options and leaves all other options unchanged.
   *
   * @throws ArgumentError for an unknown option or level; FileError for a file that cannot be written. No option changes in
   * either case
   */
  set(options: LoggingOptions): void {
    checkOptions(options, LOGGING_OPTIONS)
    const { showOnCmd, loggingFile, loggingLevel } = options
    const level = loggingLevel === undefined ? this.#level : readLevel(loggingLevel)
    const file = loggingFile === undefined ? this.#file : writablePath(loggingFile)
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
    const isEnabled = LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(this.#level)
    if (isEnabled && this.#file !== undefined) this.#append(this.#file, level, line)
    if (!this.#showOnCmd) return
    if (this.#custom) this.#forward(this.#custom, level, line)
    else if (isEnabled) printLine(line)
  }

  /** A custom logger that fails must not end the session. */
  #forward(custom: Logger, level: Exclude<LogLevel, 'silent'>, line: string): void {
    try {
      const logged: unknown = custom[level](line)
      if (logged instanceof Promise) logged.catch(() => {})
    } catch {}
  }

  /** Synchronous, so that the last line before a crash is written. Rows of a QR code are skipped. */
  #append(file: string, level: LogLevel, line: string): void {
    if (line.includes(ESCAPE)) return
    try {
      append(file, `${new Date(this.#clock.now()).toISOString()} ${level} ${line}\n`)
      this.#isFileFailing = false
    } catch (error) {
      const wasFailing = this.#isFileFailing
      this.#isFileFailing = true
      if (!wasFailing)
        this.warn(
          `The log file cannot be written. Lines will be missing from it until it can be written again. ${reasonOf(error)}`,
        )
    }
  }
}

/**
 * Writes a line to standard error. Write errors are emitted later as `error` events on the stream. Without a listener,
 * such an event would end the process, and Node's `Console` handles only the first one.
 */
function printLine(line: string): void {
  try {
    const { stderr } = process
    if (!stderr.listeners('error').includes(ignore)) stderr.on('error', ignore)
    stderr.write(`${line}\n`)
  } catch {}
}

/** Shared by all instances, so that the listener is added only once. */
function ignore(): void {}

function readLevel(value: LogLevel | number): LogLevel {
  const level = typeof value === 'number' ? LOG_LEVELS[Math.max(0, Math.ceil(value / NUMBERS_PER_LEVEL) - 1)] : value
  if (level !== undefined && LOG_LEVELS.includes(level)) return level
  throw invalidArgument('loggingLevel', { expected: `one of ${LOG_LEVELS.join(', ')}`, found: describeName(value) })
}

/** Resolves a path and checks that the file is writable. */
function writablePath(file: string | null): string | undefined {
  if (file === null || file === '') return undefined
  const path = resolve(file)
  try {
    append(path, '')
  } catch (cause) {
    throw new FileError(`setLogging: ${path} cannot be written. ${reasonOf(cause)}`, { path, cause })
  }
  return path
}

/** The file is readable only by its owner, because lines contain contact names. */
function append(path: string, text: string): void {
  appendFileSync(path, text, { mode: 0o600 })
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

/** Receives all log output of the library. */
export interface Logger {
  debug(line: string): void
  info(line: string): void
  warn(line: string): void
  error(line: string): void
}

/** Log levels, from most to least verbose. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
/** How much is logged: lines of this level and of the levels after it; `silent` for none. */
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Discards everything. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} }

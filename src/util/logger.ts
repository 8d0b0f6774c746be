/** Where the library writes. Everything it writes passes through one of these. */
export interface Logger {
  debug(line: string): void
  info(line: string): void
  warn(line: string): void
  error(line: string): void
}

/** Names of the levels, quietest last. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Writes lines of `level` and above through `write`. */
export function createLogger(write: (line: string) => void, level: () => LogLevel): Logger {
  const at = (own: LogLevel) => (line: string) => {
    if (LOG_LEVELS.indexOf(own) >= LOG_LEVELS.indexOf(level())) write(line)
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** Says nothing. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} }

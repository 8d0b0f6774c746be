import { strings } from './strings.js'
import type { Terminal } from './terminal.js'

/** The conventional exit codes of a process ended by a signal. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const

/**
 * Runs `end` on the first Ctrl-C or SIGTERM, then exits with code 0. A second Ctrl-C or SIGTERM exits immediately.
 *
 * @param ending message printed on the first signal
 */
export function endWhenInterrupted(
  terminal: Terminal,
  end: () => Promise<void>,
  ending: string = strings().ending,
): void {
  let isEnding = false
  const interrupt = (signal: keyof typeof EXIT_CODES) => {
    if (isEnding) process.exit(EXIT_CODES[signal])
    isEnding = true
    terminal.write(`\n  ${ending}`)
    end().then(
      () => process.exit(0),
      (error: unknown) => {
        terminal.write(String(error))
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', () => interrupt('SIGINT'))
  process.on('SIGTERM', () => interrupt('SIGTERM'))
}

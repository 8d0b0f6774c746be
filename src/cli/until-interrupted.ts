import { strings } from './strings.js'
import type { Terminal } from './terminal.js'

/** What a shell reports of a program that a signal ended. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const

/**
 * Runs `end` at the first Ctrl-C or SIGTERM, then exits with 0; the second quits at once.
 *
 * @param ending what is said at the first
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

import type { Terminal } from './terminal.js'
import { words } from './words.js'

/**
 * Runs `end` at the first Ctrl-C or SIGTERM, then exits with 0; the second quits at once.
 */
export function endWhenInterrupted(terminal: Terminal, end: () => Promise<void>): void {
  let isEnding = false
  const interrupt = () => {
    if (isEnding) process.exit(130)
    isEnding = true
    terminal.write(`\n  ${words().ending}`)
    end().then(
      () => process.exit(0),
      (error: unknown) => {
        terminal.write(String(error))
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
}

import { CommandError } from './explain.js'
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

/** A command that was ended by Ctrl-C or SIGTERM. The message is empty unless the command has something to explain. */
export class InterruptedCommand extends CommandError {
  override readonly exitCode: number

  constructor(signal: keyof typeof EXIT_CODES) {
    super('')
    this.exitCode = EXIT_CODES[signal]
  }
}

/** Returns a signal that aborts on the first Ctrl-C or SIGTERM. A second one exits immediately. */
export function abortWhenInterrupted(terminal: Terminal): AbortSignal {
  const controller = new AbortController()
  const interrupt = (signal: keyof typeof EXIT_CODES) => {
    if (controller.signal.aborted) process.exit(EXIT_CODES[signal])
    terminal.write(`\n${strings().ending}`)
    controller.abort(new InterruptedCommand(signal))
  }
  process.on('SIGINT', () => interrupt('SIGINT'))
  process.on('SIGTERM', () => interrupt('SIGTERM'))
  return controller.signal
}

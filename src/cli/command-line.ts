import { CommanderError } from 'commander'
import { readEarlyOptions } from './early-options.js'
import { exitCodeOf, explain } from './explain.js'
import { createProgram } from './program.js'
import { separateProgramArguments, unknownCommandIn } from './program-arguments.js'

/** Runs a command line. Explains a failure on standard error, and sets the exit code. */
export async function runCommandLine(commandLine: readonly string[]): Promise<void> {
  const args = separateProgramArguments(commandLine)
  // Before the help and the error messages are written, which are in this language.
  const { isVerbose } = readEarlyOptions(args)
  try {
    const program = createProgram()
    const unknown = unknownCommandIn(
      args,
      program.commands.map((command) => command.name()),
    )
    // The parser prints the general help for an unknown command whose help is requested; without the request, an error.
    await program.parseAsync(unknown === undefined ? args : [unknown], { from: 'user' })
  } catch (error) {
    // The parser has written the help or the explanation.
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2
      return
    }
    const explanation = explain(error, isVerbose)
    if (explanation !== '') process.stderr.write(`${explanation}\n`)
    process.exitCode = exitCodeOf(error)
  }
}

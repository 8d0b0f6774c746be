import { type ChildProcess, spawn } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { constants } from 'node:os'
import { CommandError } from '../explain.js'
import { findTsx } from '../find-tsx.js'
import { inLanguage } from '../language.js'

const STRINGS = {
  zh: {
    missing: (file: string) => `找不到文件 ${file}。请检查路径。`,
    notAFile: (file: string) => `${file} 不是文件。请写出程序文件，例如 bot.ts。`,
    noTypescript: (file: string) =>
      `Node ${process.versions.node} 不能直接运行 ${file}。请运行 npm install --save-dev tsx，或改用 Node 22.18 或更高版本。`,
  },
  en: {
    missing: (file: string) => `Cannot find the file ${file}. Check the path.`,
    notAFile: (file: string) => `${file} is not a file. Name the file of the program, such as bot.ts.`,
    noTypescript: (file: string) =>
      `Node ${process.versions.node} cannot run ${file} by itself. Run npm install --save-dev tsx, or use Node 22.18 or newer.`,
  },
}

/** Prints the errors of the library in one line. */
const PROGRAM_ERRORS = new URL('../program-errors.js', import.meta.url).href

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

interface RunOptions {
  watch?: true
  /** Prints every uncaught error with its stack trace. */
  verbose?: true
}

/**
 * Runs a program in a child process, and exits with its exit code.
 *
 * @throws CommandError if the file is missing, or nothing can run it
 */
export async function runProgram(file: string, args: string[], { watch, verbose }: RunOptions): Promise<void> {
  const found = await stat(file).catch(() => undefined)
  if (!found) throw new CommandError(inLanguage(STRINGS).missing(file))
  if (!found.isFile()) throw new CommandError(inLanguage(STRINGS).notAFile(file))
  const errors = verbose ? [] : ['--import', PROGRAM_ERRORS]
  const nodeArgs = [...(watch ? ['--watch'] : []), ...errors, ...loaderFor(file), file, ...args]
  const child = spawn(process.execPath, nodeArgs, {
    stdio: 'inherit',
    env: { ITCHAT_HOT_RELOAD: '1', ...process.env },
  })
  passSignalsTo(child)
  process.exitCode = await exitCodeOf(child)
}

/** The options with which Node can run a file. */
function loaderFor(file: string): string[] {
  if (!/\.[cm]?tsx?$/.test(file)) return []
  // Node strips types by itself, but does not transform JSX.
  const stripsTypes = 'typescript' in process.features && Boolean(process.features.typescript)
  if (stripsTypes && !file.endsWith('x')) return []
  const tsx = findTsx(file)
  if (tsx === undefined) throw new CommandError(inLanguage(STRINGS).noTypescript(file))
  return ['--import', tsx]
}

/** A terminal sends Ctrl-C to the program as well, which must not receive it twice. */
function passSignalsTo(child: ChildProcess): void {
  const isTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY)
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !isTerminal) child.kill(signal)
    })
  }
}

/** Resolves to the exit code; for a program that a signal ended, to the conventional one. */
function exitCodeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
}

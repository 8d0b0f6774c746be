import { ForeignFileError, ItchatError } from '../errors.js'
import { PortInUseError, SandboxError } from '../sandbox/errors.js'
import { TranscriptError } from '../sandbox/transcript/transcript-error.js'
import { prefersChinese } from '../util/locale.js'
import { oneLine } from '../util/one-line.js'
import { redact } from '../util/redact.js'
import { inLanguage } from './language.js'
import { inChinese } from './library-errors.js'

const STRINGS = {
  zh: {
    portInUse: (port: number) =>
      `端口 ${port} 已被占用，可能是另一个沙盒。用 --port 选择别的端口，或用 --port 0 自动选择。`,
    foreign: {
      folder: '是文件夹',
      device: '不是普通文件',
      python: '是 Python 版 itchat 的登录状态',
      file: '不是登录状态文件',
    },
    leftAlone: (path: string, found: string) => `${path} ${found}，没有改动。请用 --state 指定另一个文件。`,
  },
  en: {
    portInUse: (port: number) =>
      `Port ${port} is in use, possibly by another sandbox. Choose another port with --port, or any free port with --port 0.`,
    foreign: {
      folder: 'is a folder',
      device: 'is not a regular file',
      python: "is the saved login of Python's itchat",
      file: 'is not a saved login',
    },
    leftAlone: (path: string, found: string) =>
      `${path} ${found}, and was left unchanged. Choose another file with --state.`,
  },
}

/** A failure of a command that is explained in one line, in the language of the terminal. The exit code is 1. */
export class CommandError extends Error {
  readonly exitCode: number = 1
}

/** Incorrect usage of a command. */
export class UsageError extends CommandError {
  override readonly exitCode = 2
}

/** Returns 2 for incorrect usage and unreadable transcripts, as shells expect, and 1 for most other failures. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommandError) return error.exitCode
  return error instanceof TranscriptError ? 2 : 1
}

/** Formats an error as one line for the terminal, without a stack trace; `withCauses` adds a line for each cause. */
export function explain(error: unknown, withCauses = false): string {
  const translated = translate(error)
  const isKnown = error instanceof ItchatError || error instanceof SandboxError || error instanceof CommandError
  const message = isKnown ? error.message : `Unexpected error: ${String(error)}`
  const line = oneLine(redact(translated ?? message))
  if (!withCauses) return line
  const causes = [...(translated === undefined ? [] : [message]), ...causesOf(error).map(String)]
  return [line, ...causes.map((cause) => `  ${oneLine(redact(cause))}`)].join('\n')
}

/** The message for a user of the command, if it differs from that for a user of the library. */
function translate(error: unknown): string | undefined {
  const { portInUse, foreign, leftAlone } = inLanguage(STRINGS)
  if (error instanceof PortInUseError) return portInUse(error.port)
  if (error instanceof ForeignFileError) return leftAlone(error.path, foreign[error.found])
  return error instanceof ItchatError && prefersChinese() ? inChinese(error) : undefined
}

function causesOf(error: unknown): unknown[] {
  const causes: unknown[] = []
  for (
    let cause = error;
    cause instanceof Error && cause.cause !== undefined && causes.length < 10;
    cause = cause.cause
  ) {
    causes.push(cause.cause)
  }
  return causes
}

import { ItchatError } from '../errors.js'
import { SandboxError } from '../sandbox/index.js'
import { oneLine } from '../util/one-line.js'
import { redact } from '../util/redact.js'

/** The command was called the wrong way. */
export class UsageError extends Error {}

/** 2 for wrong usage, as shells expect; 1 for everything that fails later. */
export function exitCodeOf(error: unknown): number {
  return error instanceof UsageError ? 2 : 1
}

/** An error for the person at the terminal: what ours say, without a stack. */
export function explain(error: unknown): string {
  const isOurs = error instanceof ItchatError || error instanceof SandboxError || error instanceof UsageError
  return oneLine(redact(isOurs ? error.message : `Unexpected: ${String(error)}`))
}

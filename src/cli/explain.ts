import { ItchatError } from '../errors.js'
import { SandboxError, TranscriptError } from '../sandbox/index.js'
import { oneLine } from '../util/one-line.js'
import { redact } from '../util/redact.js'

/** Incorrect usage of a command. */
export class UsageError extends Error {}

/** Returns 2 for incorrect usage and unreadable transcripts, as shells expect, and 1 for any other failure. */
export function exitCodeOf(error: unknown): number {
  return error instanceof UsageError || error instanceof TranscriptError ? 2 : 1
}

/** Formats an error as one line for the terminal, without a stack trace. */
export function explain(error: unknown): string {
  const isKnown = error instanceof ItchatError || error instanceof SandboxError || error instanceof UsageError
  return oneLine(redact(isKnown ? error.message : `Unexpected error: ${String(error)}`))
}

import { SandboxError } from '../sandbox/errors.js'
import type { SentMessage } from '../sandbox/sent-messages.js'

/** The details of an `ExpectationError`. */
export interface ExpectationDetails {
  expected: string
  actual: string
  received?: SentMessage
  /** The error that the bot's handler threw. */
  cause?: unknown
}

/**
 * Thrown when the bot did not send what was expected. The message reports what was said, how the bot handled it and what
 * it sent instead. `cause` is the error that a handler threw, if any.
 */
export class ExpectationError extends SandboxError {
  override name = 'ExpectationError'
  /** What was expected: a text, or a description. */
  readonly expected: string
  /** What was received instead: a text, or a description; `''` for nothing. */
  readonly actual: string
  /** The message that was received instead, if any. */
  readonly received: SentMessage | undefined

  constructor(lines: readonly string[], { expected, actual, received, cause }: ExpectationDetails) {
    super(lines.join('\n  '))
    this.expected = expected
    this.actual = actual
    this.received = received
    if (cause !== undefined) this.cause = cause
  }
}

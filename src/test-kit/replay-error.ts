import { SandboxError } from '../sandbox/errors.js'
import { formatDifferences, type TranscriptDifference } from '../sandbox/transcript/format.js'

/** The details of a `ReplayError`. */
export interface ReplayErrorDetails {
  differences: readonly TranscriptDifference[]
  /** Lines that state how the bot handled messages. */
  explanation: readonly string[]
  /** The error that the bot's handler threw. */
  cause?: unknown
}

/**
 * Thrown when the bot did not send what a transcript contains. The message shows the differences in each chat, and how
 * the bot handled the messages there. `cause` is the error that a handler threw, if any.
 */
export class ReplayError extends SandboxError {
  override name = 'ReplayError'
  readonly differences: readonly TranscriptDifference[]

  constructor({ differences, explanation, cause }: ReplayErrorDetails) {
    const lines = [...formatDifferences(differences).split('\n'), ...explanation]
    super(['The bot did not send what the transcript contains (-), or sent something else (+).', ...lines].join('\n  '))
    this.differences = differences
    if (cause !== undefined) this.cause = cause
  }
}

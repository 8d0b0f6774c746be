import { SandboxError } from '../errors.js'

/** Thrown for a transcript that cannot be read. The message contains the line and the reason. */
export class TranscriptError extends SandboxError {
  override name = 'TranscriptError'
  /** Number of the line, starting at 1, or `undefined` if the file could not be read at all. */
  readonly line: number | undefined
  readonly reason: string

  constructor(reason: string, line?: number) {
    const place = line === undefined ? '' : `, line ${line}`
    const problem = reason.replace(/\.$/, '')
    super(`Invalid transcript${place}: ${problem}.`)
    this.line = line
    this.reason = reason
  }
}

import { ItchatError } from '../errors.js'
import { PortInUseError, SandboxError } from '../sandbox/index.js'
import { oneLine } from '../util/one-line.js'
import { redact } from '../util/redact.js'

/** An error for the person at the terminal: what ours say, without a stack. */
export function explain(error: unknown): string {
  const isOurs = error instanceof ItchatError || error instanceof PortInUseError || error instanceof SandboxError
  return oneLine(redact(isOurs ? error.message : `Unexpected: ${String(error)}`))
}

import { ItchatError } from '../errors.js'
import { oneLine } from '../util/one-line.js'
import { redact } from '../util/redact.js'

/**
 * Formats an error as a single redacted line. Errors other than `ItchatError` include the location where they were
 * thrown. Never throws.
 */
export function describeError(error: unknown): string {
  try {
    return oneLine(redact(describe(error)))
  } catch {
    return 'An error that cannot be displayed was thrown.'
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `Thrown: ${String(error)}`
  if (error instanceof ItchatError) return `${error.name}: ${error.message}`
  const stack: unknown = error.stack
  const lines = typeof stack === 'string' ? stack.split('\n') : []
  const place = lines.find((line) => line.trimStart().startsWith('at '))?.trim()
  return `${error.name}: ${error.message}${place ? ` (${place})` : ''}`
}

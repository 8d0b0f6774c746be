import { ItchatError } from '../errors.js'
import { redact } from '../util/redact.js'

/** An error as one redacted line: our own by their message, a program's with the place it comes from. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return redact(`Thrown: ${String(error)}`)
  if (error instanceof ItchatError) return redact(`${error.name}: ${error.message}`)
  const place = error.stack
    ?.split('\n')
    .find((line) => line.trimStart().startsWith('at '))
    ?.trim()
  return redact(`${error.name}: ${error.message}${place ? ` (${place})` : ''}`).replaceAll('\n', ' ')
}

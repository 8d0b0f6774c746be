import { LoggedOutError, ProtocolError, ServerError } from '../../../errors.js'
import type { DetailsFailure } from '../../../transport/contacts.js'
import { TimeoutReason } from '../../../util/timeout.js'
import { RET } from '../wire/ret.js'

/** `Ret` values unrelated to the names in the request. */
const UNRELATED_RETS: readonly number[] = [
  RET.systemError,
  RET.tooFrequent,
  RET.loggedOutOnPhone,
  RET.loggedInElsewhere,
  RET.badCookie,
]

/** @see docs/protocol.md §4.2 */
export function readDetailsFailure(error: unknown): DetailsFailure {
  if (error instanceof ServerError) return { pause: 'refused', isAboutNames: !UNRELATED_RETS.includes(error.ret) }
  if (error instanceof LoggedOutError) return { pause: 'refused', isAboutNames: false }
  const isTimeout = error instanceof Error && error.cause instanceof TimeoutReason
  return { pause: 'failed', isAboutNames: error instanceof ProtocolError || isTimeout }
}

import { LoggedOutError, ServerError } from '../../../errors.js'
import { LOGOUT_REASONS } from './call.js'

/** The `LoggedOutError` for a refusal that says that the session is over; `undefined` for any other error. */
export function loggedOut(error: unknown): LoggedOutError | undefined {
  const reason = error instanceof ServerError ? LOGOUT_REASONS[error.ret] : undefined
  if (!(error instanceof ServerError) || !reason) return undefined
  return new LoggedOutError(`${error.endpoint}: the session is over (ret ${error.ret}). Log in again.`, { reason })
}

/** Rejects with a `LoggedOutError` for such a refusal; with any other error as it is. */
export function rejectAsLoggedOut(error: unknown): never {
  throw loggedOut(error) ?? error
}

import { LoggedOutError, ServerError } from '../../../errors.js'
import { LOGOUT_REASONS } from './call.js'

/** Returns a `LoggedOutError` for a refusal that ends the session, and `undefined` for any other error. */
export function logoutErrorFrom(error: unknown): LoggedOutError | undefined {
  const reason = error instanceof ServerError ? LOGOUT_REASONS[error.ret] : undefined
  if (!(error instanceof ServerError) || !reason) return undefined
  return new LoggedOutError(`${error.endpoint}: the session has ended (ret ${error.ret}). Log in again.`, { reason })
}

/** Throws a `LoggedOutError` for a refusal that ends the session, and rethrows any other error. */
export function rejectAsLoggedOut(error: unknown): never {
  throw logoutErrorFrom(error) ?? error
}

import { type ProtocolError, ServerError } from '../../../errors.js'
import { InvalidRet } from '../api/call.js'

/** Endpoints whose replies determine whether the session has ended. */
export type PollEndpoint = 'synccheck' | 'webwxsync'

/** A refusal that counts against the session. */
interface Refusal {
  endpoint: PollEndpoint
  /** The return code; `NaN` when it is not an integer. */
  code: number
}

/** Calls whose refusals count, and the endpoint that they count for. `webwxinit` counts as a sync. */
const COUNTS_FOR: Readonly<Record<string, PollEndpoint>> = {
  synccheck: 'synccheck',
  webwxsync: 'webwxsync',
  webwxinit: 'webwxsync',
}

/** Returns the refusal that an error describes; `undefined` for network failures and for other calls. */
export function refusalIn(error: unknown): Refusal | undefined {
  if (!(error instanceof ServerError || error instanceof InvalidRet)) return undefined
  const endpoint = COUNTS_FOR[error.endpoint]
  return endpoint && { endpoint, code: error instanceof ServerError ? error.ret : Number.NaN }
}

/** Creates the error for a refused poll. */
export function refusedPoll(retcode: number): ServerError | ProtocolError {
  if (Number.isNaN(retcode)) {
    return new InvalidRet('synccheck: the server replied with a retcode that is not an integer.', {
      endpoint: 'synccheck',
    })
  }
  const advice = 'The poll is retried; repeated refusals end the session.'
  return new ServerError(`synccheck: the server refused the request (retcode ${retcode}). ${advice}`, {
    ret: retcode,
    endpoint: 'synccheck',
    advice,
  })
}

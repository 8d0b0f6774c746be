import { type ProtocolError, ServerError } from '../../../errors.js'
import { UnreadableRet } from '../api/call.js'

/** The two that are asked about the session, again and again. */
export type PollEndpoint = 'synccheck' | 'webwxsync'

/** What the server answered about the session. */
interface Refusal {
  endpoint: PollEndpoint
  /** `NaN` when it is not a number. */
  code: number
}

/** Calls that answer for the session; a fresh start stands for the sync that it replaces. */
const ANSWERS_FOR: Readonly<Record<string, PollEndpoint>> = {
  synccheck: 'synccheck',
  webwxsync: 'webwxsync',
  webwxinit: 'webwxsync',
}

/** The server's answer in an error; `undefined` for failures of the network and for other calls. */
export function refusalIn(error: unknown): Refusal | undefined {
  if (!(error instanceof ServerError || error instanceof UnreadableRet)) return undefined
  const endpoint = ANSWERS_FOR[error.endpoint]
  return endpoint && { endpoint, code: error instanceof ServerError ? error.ret : Number.NaN }
}

/** The error of a poll that was refused. */
export function refusedPoll(retcode: number): ServerError | ProtocolError {
  if (Number.isNaN(retcode)) {
    return new UnreadableRet('synccheck: the server answered with a retcode that is not a whole number.', {
      endpoint: 'synccheck',
    })
  }
  const advice = 'The server is asked again; repeated, it ends the session.'
  return new ServerError(`synccheck: the server refused (retcode ${retcode}). ${advice}`, {
    ret: retcode,
    endpoint: 'synccheck',
    advice,
  })
}

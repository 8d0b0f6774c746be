import { NetworkError, ProtocolError } from '../../../errors.js'
import { backoffMs } from '../../../util/backoff.js'
import { startTimer } from '../../../util/clock.js'
import type { Web } from '../api/call.js'
import { init } from '../api/init.js'
import { type SyncBatch, sync } from '../api/sync.js'
import { refusalIn } from './refusal.js'
import { SessionVerdict } from './session-verdict.js'

/** A network that fails longer is reported. */
const GIVE_UP_MS = 60_000

/**
 * Asks whether a session still lives, until the server has said so clearly.
 *
 * @param onRetry the server did not answer, or not clearly; it is asked again after `retryInMs`
 * @returns what came since the position of the session; `undefined` when the session is over
 * @throws NetworkError, ProtocolError when the server cannot be asked for a minute; at once when nothing listens there
 */
export async function resumeSession(
  web: Web,
  onRetry: (error: Error, retryInMs: number) => void,
  signal?: AbortSignal,
): Promise<SyncBatch | undefined> {
  const verdict = new SessionVerdict(web.clock)
  const elapsedMs = startTimer(web.clock)
  let hasRestarted = false
  for (let attempt = 1; ; attempt++) {
    try {
      if (verdict.isPositionRefused && !hasRestarted) {
        hasRestarted = true
        web.session.start(await init(web, signal))
      }
      return await sync(web, signal)
    } catch (error) {
      signal?.throwIfAborted()
      if (!(error instanceof Error)) throw error
      const refusal = refusalIn(error)
      if (refusal && verdict.refused(refusal.endpoint, refusal.code)) return undefined
      if (!refusal && (!mayPass(error) || elapsedMs() >= GIVE_UP_MS)) throw error
      if (refusal && verdict.isDoubted) continue
      const retryInMs = backoffMs(attempt, web.clock)
      onRetry(error, retryInMs)
      await web.clock.sleep(retryInMs, signal)
    }
  }
}

function mayPass(error: unknown): boolean {
  return error instanceof ProtocolError || (error instanceof NetworkError && error.outcome !== 'notSent')
}

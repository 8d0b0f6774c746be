import { NetworkError, ProtocolError } from '../../../errors.js'
import { backoffMs } from '../../../util/backoff.js'
import { startTimer } from '../../../util/clock.js'
import type { Web } from '../api/call.js'
import { init } from '../api/init.js'
import { type SyncBatch, sync } from '../api/sync.js'
import { refusalIn } from './refusal.js'
import { SessionVerdict } from './session-verdict.js'

/** Network failures are retried for this long. */
const GIVE_UP_MS = 60_000

/**
 * Checks whether a session is still alive. Repeats the check until there is a definite answer.
 *
 * @param onRetry called when there was no definite answer; the check is repeated after `retryInMs`
 * @returns the sync events since the session's position; `undefined` when the session has ended
 * @throws NetworkError, ProtocolError after a minute without an answer, or at once when no connection can be made
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
      if (!refusal && (!isTransient(error) || elapsedMs() >= GIVE_UP_MS)) throw error
      if (refusal && verdict.isSuspected) continue
      const retryInMs = backoffMs(attempt, web.clock)
      onRetry(error, retryInMs)
      await web.clock.sleep(retryInMs, signal)
    }
  }
}

function isTransient(error: unknown): boolean {
  return error instanceof ProtocolError || (error instanceof NetworkError && error.outcome !== 'notSent')
}

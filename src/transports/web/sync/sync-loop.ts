import type { LogoutReason } from '../../../errors.js'
import { backoffMs } from '../../../util/backoff.js'
import type { Web } from '../api/call.js'
import { init } from '../api/init.js'
import { refusalIn } from './refusal.js'
import { Rounds } from './rounds.js'
import { SessionVerdict } from './session-verdict.js'
import type { SyncListener } from './sync-listener.js'
import { ClockJump, Watchdog } from './watchdog.js'

export type { SyncListener }

/** Ends a wait, because the server has to be asked about the session now. */
class Doubt extends Error {}

/**
 * Receives until the session ends.
 *
 * @returns why it ended, as polls and syncs said; see `SessionVerdict`
 * @throws the signal's reason
 */
export async function runSyncLoop(web: Web, listener: SyncListener, signal: AbortSignal): Promise<LogoutReason> {
  signal.throwIfAborted()
  const watchdog = new Watchdog(web.clock)
  const verdict = new SessionVerdict(web.clock)
  const rounds = new Rounds({ web, listener, watchdog, verdict })
  const stop = () => watchdog.abort(signal.reason)
  const unlisten = web.session.onDoubt(() => {
    verdict.doubt()
    if (rounds.isWaiting) watchdog.abort(new Doubt())
  })
  signal.addEventListener('abort', stop, { once: true })
  /** In a row; only a whole round ends the row, so that a server that fails in part is not asked without end. */
  let failures = 0
  let pauseMs = 0
  let isOffline = false
  /** The sync failed while offline, and what a poll would say is not known. */
  let asksPoll = false
  let restart: 'possible' | 'due' | 'done' = 'possible'

  async function turn(given: AbortSignal): Promise<void> {
    await rounds.pause(pauseMs, given)
    pauseMs = 0
    if (restart === 'due') {
      // Answered with a refusal it is done, too.
      const started = await init(web, given).catch((error) => {
        if (refusalIn(error)) restart = 'done'
        throw error
      })
      web.session.start(started)
      restart = 'done'
      listener.restarted()
    }
    if (asksPoll) {
      asksPoll = false
      await rounds.check(given)
    }
    if (isOffline || verdict.isDoubted) {
      asksPoll = isOffline
      // Answers at once, where a poll would be held and leave the state untold.
      await rounds.drain(given)
      given.throwIfAborted()
      asksPoll = false
      if (isOffline) listener.online()
      isOffline = false
    }
    await rounds.poll(given)
    given.throwIfAborted()
    failures = 0
    restart = 'possible'
  }

  try {
    while (!signal.aborted) {
      try {
        await watchdog.watch(turn)
      } catch (error) {
        if (signal.aborted) break
        const refusal = refusalIn(error)
        const reason = refusal && verdict.refused(refusal.endpoint, refusal.code)
        if (reason) return reason
        pauseMs = 0
        // Asked again at once: most likely the next answer ends the session. Of a poll, which says it more exactly than a sync.
        if (error instanceof Doubt || (refusal && verdict.isDoubted)) {
          asksPoll = refusal?.endpoint === 'webwxsync'
          continue
        }
        if (verdict.isPositionRefused && restart === 'possible') restart = 'due'
        // After a jump of the clock the connection may be as good as before.
        if (!(error instanceof ClockJump)) pauseMs = backoffMs(++failures, web.clock)
        isOffline = true
        listener.offline(error instanceof Error ? error : new Error(String(error)), pauseMs)
      }
    }
    throw signal.reason
  } finally {
    signal.removeEventListener('abort', stop)
    unlisten()
    watchdog.stop()
  }
}

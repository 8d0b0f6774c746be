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

/** Interrupts a wait so that the session is checked at once. */
class SuspectedEnd extends Error {}

/**
 * Receives until the session ends.
 *
 * @returns why it ended; see `SessionVerdict`
 * @throws the signal's reason when it aborts
 */
export async function runSyncLoop(web: Web, listener: SyncListener, signal: AbortSignal): Promise<LogoutReason> {
  signal.throwIfAborted()
  const watchdog = new Watchdog(web.clock)
  const verdict = new SessionVerdict(web.clock)
  const rounds = new Rounds({ web, listener, watchdog, verdict })
  const stop = () => watchdog.abort(signal.reason)
  const removeListener = web.session.onSuspectedEnd(() => {
    verdict.suspectEnd()
    if (rounds.isWaiting) watchdog.abort(new SuspectedEnd())
  })
  signal.addEventListener('abort', stop, { once: true })
  /**
   * Number of consecutive failures. Only a complete round resets it, so that the loop backs off even if only some
   * requests fail.
   */
  let failures = 0
  let pauseMs = 0
  let isOffline = false
  /** Whether a sync failed while offline and the session must still be checked by a poll. */
  let needsPoll = false
  let restart: 'possible' | 'due' | 'done' = 'possible'

  async function turn(turnSignal: AbortSignal): Promise<void> {
    await rounds.pause(pauseMs, turnSignal)
    pauseMs = 0
    if (restart === 'due') {
      // A refused restart is not repeated.
      const started = await init(web, turnSignal).catch((error) => {
        if (refusalIn(error)) restart = 'done'
        throw error
      })
      web.session.start(started)
      restart = 'done'
      listener.restarted()
    }
    if (needsPoll) {
      needsPoll = false
      await rounds.check(turnSignal)
    }
    if (isOffline || verdict.isSuspected) {
      needsPoll = isOffline
      // A sync is answered at once, whereas a poll may be held open and would leave the state unknown.
      await rounds.drain(turnSignal)
      turnSignal.throwIfAborted()
      needsPoll = false
      if (isOffline) listener.online()
      isOffline = false
    }
    await rounds.poll(turnSignal)
    turnSignal.throwIfAborted()
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
        // Checks again at once, because the next answer most likely ends the session. After a refused sync, the check
        // is a poll, which is more precise.
        if (error instanceof SuspectedEnd || (refusal && verdict.isSuspected)) {
          needsPoll = refusal?.endpoint === 'webwxsync'
          continue
        }
        if (verdict.isPositionRefused && restart === 'possible') restart = 'due'
        // After a clock jump, the connection may still be intact.
        if (!(error instanceof ClockJump)) pauseMs = backoffMs(++failures, web.clock)
        isOffline = true
        listener.offline(error instanceof Error ? error : new Error(String(error)), pauseMs)
      }
    }
    throw signal.reason
  } finally {
    signal.removeEventListener('abort', stop)
    removeListener()
    watchdog.stop()
  }
}

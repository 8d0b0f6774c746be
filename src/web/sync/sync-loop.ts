import { LoggedOutError, type LogoutReason, ProtocolError } from '../../errors.js'
import { backoffMs } from '../../util/backoff.js'
import { LOGOUT_REASONS, type Web } from '../api/call.js'
import { type SyncBatch, sync, syncCheck } from '../api/sync.js'
import { SYNC_RETCODE, SYNC_SELECTOR } from '../wire/sync.js'
import { ClockJump, Watchdog } from './watchdog.js'

/** Those who live off the loop. */
export interface SyncListener {
  /** Resolves when there is room for another batch. */
  room(signal: AbortSignal): Promise<void>
  /** Takes a batch into its hands; the position moves when it resolves. */
  deliver(batch: SyncBatch, signal: AbortSignal): Promise<void>
  /** The position has moved. */
  moved(): void
  /** Traffic flows again after an `offline`. */
  online(): void
  /** The line or the server fails; the loop tries again after `retryInMs`. */
  offline(error: Error, retryInMs: number): void
}

/** A retcode without a meaning, this often in a row, ends the session. */
const MAX_UNKNOWN_RETCODES = 5

/** A server that does not hold its polls, or reports news it does not give, is asked at most this often. */
const LEAST_PERIOD_MS = 1_000

/** Replies to one selector; against a server that always says there is more. */
const MAX_DRAIN = 1_000

/** However quiet the polls are, a sync is made this often: a poll may be wrong about news, or about the session. */
const SYNC_AT_LEAST_MS = 5 * 60_000

/**
 * Receives until the session ends.
 *
 * @returns why it ended, whichever request was told so
 * @throws the signal's reason
 */
export async function runSyncLoop(web: Web, listener: SyncListener, signal: AbortSignal): Promise<LogoutReason> {
  signal.throwIfAborted()
  const watchdog = new Watchdog(web.clock)
  const round = rounds(web, listener, watchdog)
  const stop = () => watchdog.abort(signal.reason)
  let over: LoggedOutError | undefined
  const unlisten = web.session.onOver((error) => {
    over ??= error
    watchdog.abort(error)
  })
  signal.addEventListener('abort', stop, { once: true })
  /** In a row; only a poll that works ends the row, so that a server whose polls alone fail is not asked without end. */
  let failures = 0
  let isOffline = false
  let pauseMs = 0
  try {
    while (!signal.aborted) {
      try {
        if (over) return over.reason
        await watchdog.watch(async (given) => {
          if (pauseMs > 0) await web.clock.sleep(pauseMs, given)
          if (isOffline) {
            // Answers at once, where a poll would be held and leave the state untold.
            await round.drain(given)
            given.throwIfAborted()
            isOffline = false
            listener.online()
          }
          pauseMs = 0
          await round.poll(given, () => {
            failures = 0
          })
        })
      } catch (error) {
        if (signal.aborted) break
        if (error instanceof LoggedOutError) return error.reason
        // The line may be as good as before.
        const isFailure = !(error instanceof ClockJump)
        if (isFailure) failures++
        isOffline = true
        pauseMs = isFailure ? backoffMs(failures) : 0
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

/** What the loop does, again and again. */
function rounds(web: Web, listener: SyncListener, watchdog: Watchdog) {
  const { clock, session } = web
  let unknownRetcodes = 0
  let syncedAt = clock.now()

  /** Fetches until nothing is left; whether anything came. */
  async function drain(signal: AbortSignal): Promise<boolean> {
    let gotNews = false
    for (let count = 0; count < MAX_DRAIN; count++) {
      watchdog.isPatient = true
      await listener.room(signal).finally(() => {
        watchdog.isPatient = false
        watchdog.good()
      })
      const from = session.syncKey
      const batch = await sync(web, signal)
      watchdog.good()
      syncedAt = clock.now()
      await listener.deliver(batch, signal)
      // One that was given up may come back late; the position is further then, or of another session.
      if (session.syncKey === from) {
        session.syncKey = batch.syncKey
        session.syncCheckKey = batch.syncCheckKey
        listener.moved()
      }
      watchdog.good()
      gotNews ||= batch.messages.length > 0 || batch.contacts.length > 0 || batch.removed.length > 0
      if (!batch.more) break
    }
    return gotNews
  }

  async function poll(signal: AbortSignal, onAlive: () => void): Promise<void> {
    const startedAt = clock.now()
    const { retcode, selector } = await syncCheck(web, signal)
    if (retcode !== SYNC_RETCODE.alive) {
      const reason = LOGOUT_REASONS[retcode] ?? (++unknownRetcodes >= MAX_UNKNOWN_RETCODES ? 'expired' : undefined)
      if (reason) throw new LoggedOutError(`synccheck: the session is over (retcode ${retcode}).`, { reason })
      throw new ProtocolError(`synccheck: unknown retcode ${retcode}`, { endpoint: 'synccheck' })
    }
    unknownRetcodes = 0
    onAlive()
    watchdog.good()
    const isDue = selector !== SYNC_SELECTOR.nothing || clock.now() - syncedAt >= SYNC_AT_LEAST_MS
    const gotNews = isDue && (await drain(signal))
    const restMs = LEAST_PERIOD_MS - (clock.now() - startedAt)
    if (!gotNews && restMs > 0) await clock.sleep(restMs, signal)
  }

  return { drain, poll }
}

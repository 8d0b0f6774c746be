import { LoggedOutError, type LogoutReason, ProtocolError } from '../../errors.js'
import { backoffMs } from '../../util/backoff.js'
import { LOGOUT_REASONS, type Web } from '../api/call.js'
import { type SyncBatch, sync, syncCheck } from '../api/sync.js'
import { SYNC_RETCODE, SYNC_SELECTOR } from '../wire/sync.js'

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

/**
 * Receives until the session ends.
 *
 * @returns why it ended
 * @throws the signal's reason
 */
export async function runSyncLoop(web: Web, listener: SyncListener, signal: AbortSignal): Promise<LogoutReason> {
  /** In a row; only a poll that works ends the row, so that a server whose polls alone fail is not asked without end. */
  let failures = 0
  let isOffline = false
  let unknownRetcodes = 0
  while (true) {
    try {
      if (isOffline) {
        // Answers at once, where a poll would be held and leave the state untold.
        await drain(web, listener, signal)
        signal.throwIfAborted()
        isOffline = false
        listener.online()
      }
      const startedAt = web.clock.now()
      const { retcode, selector } = await syncCheck(web, signal)
      if (retcode !== SYNC_RETCODE.alive) {
        const reason = LOGOUT_REASONS[retcode]
        if (reason) return reason
        if (++unknownRetcodes >= MAX_UNKNOWN_RETCODES) return 'expired'
        throw new ProtocolError(`synccheck: unknown retcode ${retcode}`, { endpoint: 'synccheck' })
      }
      unknownRetcodes = 0
      failures = 0
      const gotNews = selector !== SYNC_SELECTOR.nothing && (await drain(web, listener, signal))
      const restMs = LEAST_PERIOD_MS - (web.clock.now() - startedAt)
      if (!gotNews && restMs > 0) await web.clock.sleep(restMs, signal)
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (error instanceof LoggedOutError) return error.reason
      failures++
      isOffline = true
      const retryInMs = backoffMs(failures)
      listener.offline(error instanceof Error ? error : new Error(String(error)), retryInMs)
      await web.clock.sleep(retryInMs, signal)
    }
  }
}

/** Fetches until nothing is left; whether anything came. */
async function drain(web: Web, listener: SyncListener, signal: AbortSignal): Promise<boolean> {
  let gotNews = false
  for (let round = 0; round < MAX_DRAIN; round++) {
    await listener.room(signal)
    const batch = await sync(web, signal)
    await listener.deliver(batch, signal)
    web.session.syncKey = batch.syncKey
    web.session.syncCheckKey = batch.syncCheckKey
    listener.moved()
    gotNews ||= batch.messages.length > 0 || batch.contacts.length > 0 || batch.removed.length > 0
    if (!batch.more) break
  }
  return gotNews
}

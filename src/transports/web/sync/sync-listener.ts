import type { SyncBatch } from '../api/sync.js'

/** What the loop reports to. */
export interface SyncListener {
  /** Resolves when there is room for another batch. */
  room(signal: AbortSignal): Promise<void>
  /** Takes a batch into its hands; the position moves when it resolves. */
  deliver(batch: SyncBatch, signal: AbortSignal): Promise<void>
  /** The position has moved. */
  moved(): void
  /** The server refused the position and gave a new one; what came in between may be missing. */
  restarted(): void
  /** Traffic flows again after an `offline`. */
  online(): void
  /** The line or the server fails; the loop tries again after `retryInMs`. */
  offline(error: Error, retryInMs: number): void
}

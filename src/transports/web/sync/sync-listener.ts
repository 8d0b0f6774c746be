import type { SyncBatch } from '../api/sync.js'

/** What the loop reports to. */
export interface SyncListener {
  /** Resolves when there is room for another batch. */
  room(signal: AbortSignal): Promise<void>
  /**
   * Takes a batch; resolves when the loop can go on. A rejection makes it fetch from the same position again.
   *
   * @param move moves the position behind the batch, unless another batch or session has moved it; returns whether it did
   */
  deliver(batch: SyncBatch, signal: AbortSignal, move: () => boolean): Promise<void>
  /** The server refused the position and gave a new one; what came in between may be missing. */
  restarted(): void
  /** Traffic flows again after an `offline`. */
  online(): void
  /** The connection or the server fails; the loop tries again after `retryInMs`. */
  offline(error: Error, retryInMs: number): void
}

import type { SyncBatch } from '../api/sync.js'

/** Listener of the sync loop. */
export interface SyncListener {
  /** Resolves when there is room for another batch. */
  room(signal: AbortSignal): Promise<void>
  /**
   * Handles a batch; resolves when the loop can continue. After a rejection it fetches from the same position again.
   *
   * @param advance advances the position past the batch, unless another batch or session has moved it; returns whether it moved
   */
  deliver(batch: SyncBatch, signal: AbortSignal, advance: () => boolean): Promise<void>
  /** The server refused the position and issued a new one; sync events in between may be missing. */
  restarted(): void
  /** The connection works again after an `offline`. */
  online(): void
  /** The connection or the server failed; the loop retries after `retryInMs`. */
  offline(error: Error, retryInMs: number): void
}

import type { SyncBatch } from '../api/sync.js'

/** Listener of the sync loop. */
export interface SyncListener {
  /** Resolves when there is room for another batch. */
  room(signal: AbortSignal): Promise<void>
  /**
   * Handles a batch; resolves when the loop can continue. If it rejects, the loop fetches from the same position again.
   *
   * @param advance advances the position past the batch, unless another batch or session has moved it; returns whether
   * it moved
   */
  deliver(batch: SyncBatch, signal: AbortSignal, advance: () => boolean): Promise<void>
  /** Called when the server has refused the position and issued a new one. Sync events in between may be missing. */
  restarted(): void
  /** Called when the connection works again after `offline`. */
  online(): void
  /** Called when the connection or the server has failed. The loop retries after `retryInMs`. */
  offline(error: Error, retryInMs: number): void
}

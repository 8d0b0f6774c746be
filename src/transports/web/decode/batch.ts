import type { SyncBatch } from '../api/sync.js'
import { toCursor } from '../session/cursor.js'

/** A reply of `webwxsync` as the account takes it. */
export type ReadBatch = SyncBatch & {
  /** Position behind this batch. Opaque. */
  cursor: string
}

export function readBatch(sent: SyncBatch): ReadBatch {
  return { ...sent, cursor: toCursor(sent) }
}

import { dict } from '../../../util/read.js'
import type { SyncKey } from '../wire/sync.js'
import { readSyncKey } from './sync-key.js'

/** The sync position of an account. */
export interface Position {
  /** Cursor for `webwxsync`. */
  syncKey: SyncKey
  /** Cursor for `synccheck`. */
  syncCheckKey: SyncKey
}

/** Serializes a position to an opaque string. */
export function toCursor({ syncKey, syncCheckKey }: Position): string {
  return JSON.stringify({ syncKey, syncCheckKey })
}

/** Parses a string returned by `toCursor`; `undefined` when any part is missing or invalid. */
export function readCursor(cursor: string): Position | undefined {
  let saved: unknown
  try {
    saved = JSON.parse(cursor)
  } catch {
    return undefined
  }
  const syncKey = readSyncKey(dict(saved).syncKey)
  const syncCheckKey = readSyncKey(dict(saved).syncCheckKey)
  return syncKey && syncCheckKey && { syncKey, syncCheckKey }
}

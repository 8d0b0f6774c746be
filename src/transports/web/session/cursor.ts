import { dict } from '../../../util/read.js'
import type { SyncKey } from '../wire/sync.js'
import { readSyncKey } from './sync-key.js'

/** How far the account's news were read. */
export interface Position {
  /** Cursor of `webwxsync`. */
  syncKey: SyncKey
  /** Cursor of `synccheck`. */
  syncCheckKey: SyncKey
}

/** A position as an opaque text. */
export function toCursor({ syncKey, syncCheckKey }: Position): string {
  return JSON.stringify({ syncKey, syncCheckKey })
}

/** The position in such a text; `undefined` when anything in it is missing or broken. */
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

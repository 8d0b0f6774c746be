import { dict, int, list } from '../../../util/read.js'
import type { SyncKey } from '../wire/sync.js'

/**
 * Reads a SyncKey; `undefined` when it is empty or any part is invalid, because a partial position is useless.
 *
 * @see docs/protocol.md §5.2
 */
export function readSyncKey(value: unknown): SyncKey | undefined {
  const { Count, List } = dict(value)
  const pairs: SyncKey['List'] = []
  for (const entry of list(List)) {
    const Key = int(dict(entry).Key)
    const Val = int(dict(entry).Val)
    if (Key === undefined || Val === undefined) return undefined
    pairs.push({ Key, Val })
  }
  return pairs.length > 0 && int(Count, pairs.length) === pairs.length
    ? { Count: pairs.length, List: pairs }
    : undefined
}

/** Formats a SyncKey for `synccheck`: `Key_Val` pairs joined by `|`. @see docs/protocol.md §2.3 */
export function formatSyncKey(key: SyncKey | undefined): string {
  return (key?.List ?? []).map(({ Key, Val }) => `${Key}_${Val}`).join('|')
}

import { dict, int, list } from '../../../util/read.js'
import type { SyncKey } from '../wire/sync.js'

/**
 * Reads a SyncKey; `undefined` when it is empty, or anything in it is broken: a part of a position is useless.
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

/** A SyncKey as `synccheck` wants it: `Key_Val` pairs joined by `|`. @see docs/protocol.md §2.3 */
export function formatSyncKey(key: SyncKey | undefined): string {
  return (key?.List ?? []).map(({ Key, Val }) => `${Key}_${Val}`).join('|')
}

import { randomInt } from 'node:crypto'
import type { SyncKey } from '../../transports/web/wire/sync.js'
import { fieldsOf } from '../read/fields.js'

const FIRST_KEYS = [1, 2, 3, 1000]
const LATER_KEYS = [1, 2, 3, 11, 13, 201, 203, 1000, 1001, 1002]
const CURSOR_KEY = 2
const RUN_KEY = 3
const YEAR_2020_S = 1_577_836_800

/**
 * Converts cursors in the account's sync events to SyncKeys and back. Keys belong to the account, so a key from an
 * earlier session is still valid. Entry 2 contains the cursor. Entry 3 identifies this run of the sandbox: the cursor
 * of a key from an earlier run refers to other events, so it is treated as the position before all kept events.
 * @see docs/protocol.md §3.6, §14.4
 */
export class SyncKeys {
  readonly #startSeconds: number
  /** Greater in every run than in the previous one. */
  readonly #base: number
  readonly #run: number

  constructor(startedAtMs: number) {
    this.#startSeconds = Math.trunc(startedAtMs / 1000)
    this.#base = 700_000_000 + Math.max(0, this.#startSeconds - YEAR_2020_S)
    this.#run = this.#base - randomInt(1, 1_000_000)
  }

  /** Creates a SyncKey. `first` selects the short form that is used before the first sync. */
  make(cursor: number, first: boolean): SyncKey {
    const list = (first ? FIRST_KEYS : LATER_KEYS).map((key) => ({ Key: key, Val: this.#value(key, cursor) }))
    return { Count: list.length, List: list }
  }

  /** Returns the cursor in a SyncKey object, or `undefined` if the key is malformed or its cursor is past `end`. */
  parse(key: unknown, end: number): number | undefined {
    const { Count, List } = fieldsOf(key)
    if (!Array.isArray(List) || Count !== List.length) return undefined
    return this.#cursor(
      List.map((entry: unknown) => {
        const { Key, Val } = fieldsOf(entry)
        return [Key, Val]
      }),
      end,
    )
  }

  /** Whether this run of the sandbox may have issued the key. */
  isOwn(key: SyncKey): boolean {
    return key.List.some(({ Key, Val }) => Key === RUN_KEY && Val === this.#run)
  }

  /** Returns the cursor in a `synckey` query parameter such as `1_700001|2_700009|…`. */
  parseText(text: string, end: number): number | undefined {
    return this.#cursor(
      text.split('|').map((pair) => (/^\d+_\d+$/.test(pair) ? pair.split('_').map(Number) : [])),
      end,
    )
  }

  #cursor(pairs: unknown[][], end: number): number | undefined {
    const values = new Map<number, number>()
    for (const [key, value] of pairs) {
      if (!isCount(key) || !isCount(value) || values.has(key)) return undefined
      values.set(key, value)
    }
    if (FIRST_KEYS.some((key) => !values.has(key))) return undefined
    if (values.get(RUN_KEY) !== this.#run) return 0
    const cursor = (values.get(CURSOR_KEY) ?? 0) - this.#base
    return cursor >= 0 && cursor <= end ? cursor : undefined
  }

  #value(key: number, cursor: number): number {
    if (key === CURSOR_KEY) return this.#base + cursor
    if (key === RUN_KEY) return this.#run
    if (key === 1001 || key === 1002) return this.#startSeconds - 3600
    return key < 100 ? this.#base - key * 11 : this.#startSeconds
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

/** Encodes the `Key_Val` pairs in the format of `synccheck`. @see docs/protocol.md §2.3 */
export function formatSyncKey(key: SyncKey): string {
  return key.List.map((entry) => `${entry.Key}_${entry.Val}`).join('|')
}

import { randomInt } from 'node:crypto'
import type { SyncKey } from '../../web/wire/sync.js'

const FIRST_KEYS = [1, 2, 3, 1000]
const LATER_KEYS = [1, 2, 3, 11, 13, 201, 203, 1000, 1001, 1002]
const CURSOR_KEY = 2

/**
 * Turns a session's cursor into SyncKeys and back. The cursor stands in entry 2; the other entries are there because
 * the real service has them: 1, 2, 3 and 1000 at first, ten of them after the first sync. @see docs/protocol.md §3.6
 */
export class SyncKeys {
  readonly #base = 700_000_000 + randomInt(1_000_000)
  readonly #loginSeconds: number

  constructor(loginAtMs: number) {
    this.#loginSeconds = Math.trunc(loginAtMs / 1000)
  }

  make(cursor: number, first: boolean): SyncKey {
    const list = (first ? FIRST_KEYS : LATER_KEYS).map((key) => ({ Key: key, Val: this.#value(key, cursor) }))
    return { Count: list.length, List: list }
  }

  /** The cursor in a SyncKey object; `undefined` when it is none of this session's. */
  parse(key: unknown, end: number): number | undefined {
    if (typeof key !== 'object' || key === null) return undefined
    const { Count, List } = key as Partial<SyncKey>
    if (!Array.isArray(List) || Count !== List.length) return undefined
    return this.#cursor(
      List.map((entry: unknown) => {
        const { Key, Val } = (entry ?? {}) as { Key?: unknown; Val?: unknown }
        return [Key, Val]
      }),
      end,
    )
  }

  /** The cursor in the `synckey` of a query: `1_700001|2_700009|…`. */
  parseText(text: string, end: number): number | undefined {
    return this.#cursor(
      text.split('|').map((pair) => (/^\d+_\d+$/.test(pair) ? pair.split('_').map(Number) : [])),
      end,
    )
  }

  #cursor(pairs: unknown[][], end: number): number | undefined {
    let cursor: number | undefined
    const seen = new Set<unknown>()
    for (const [key, value] of pairs) {
      if (!Number.isSafeInteger(value) || !LATER_KEYS.includes(key as number) || seen.has(key)) return undefined
      seen.add(key)
      if (key === CURSOR_KEY) cursor = (value as number) - this.#base
    }
    if (FIRST_KEYS.some((key) => !seen.has(key))) return undefined
    return cursor !== undefined && cursor >= 0 && cursor <= end ? cursor : undefined
  }

  #value(key: number, cursor: number): number {
    if (key === CURSOR_KEY) return this.#base + cursor
    if (key === 1001 || key === 1002) return this.#loginSeconds - 3600
    return key < 100 ? this.#base - key * 11 : this.#loginSeconds
  }
}

/** `Key_Val` pairs as `synccheck` wants them. @see docs/protocol.md §2.3 */
export function formatSyncKey(key: SyncKey): string {
  return key.List.map((entry) => `${entry.Key}_${entry.Val}`).join('|')
}

/** The first object whose `key` holds `value`; `undefined` when none does. */
export function searchDictList<T extends object>(list: Iterable<T>, key: keyof T, value: unknown): T | undefined {
  for (const entry of list) if (entry[key] === value) return entry
  return undefined
}

/** What an object from outside may hold: nothing in it is checked yet. */
export type Fields = Record<string, unknown>

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

/** The fields of an object; anything else has none. */
export function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : {}
}

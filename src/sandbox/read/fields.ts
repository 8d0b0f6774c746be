/** The unvalidated fields of an object. */
export type Fields = Record<string, unknown>

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

/** The text of a field; `''` for an object, a list or null, which may not even be convertible to text. */
export function scalarText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** Returns the fields of an object, or an empty object for any other value. */
export function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : {}
}

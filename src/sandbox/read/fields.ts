/** The unvalidated fields of an object. */
export type Fields = Record<string, unknown>

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

/** Returns the fields of an object, or an empty object for any other value. */
export function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : {}
}

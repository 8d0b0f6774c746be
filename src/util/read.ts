/**
 * Reading what a server sent without trusting it: a missing or wrong value becomes an empty one of the right type.
 */
export type Dict = Record<string, unknown>

export function isDict(value: unknown): value is Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function dict(value: unknown): Dict {
  return isDict(value) ? value : {}
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

/** Strings as they are, numbers in digits, anything else `''`. */
export function text(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' ? String(value) : ''
}

/** Whole numbers, also as strings; anything else `otherwise`. */
export function int(value: unknown, otherwise: number): number
export function int(value: unknown): number | undefined
export function int(value: unknown, otherwise?: number): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : otherwise
}

/** Helpers to read untrusted server data: a missing or invalid value becomes an empty value of the right type. */
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

/** Returns strings unchanged, numbers as digits, `''` for any other value. */
export function text(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' ? String(value) : ''
}

/** Returns integers, including integers in strings; `otherwise` for any other value. */
export function int(value: unknown, otherwise: number): number
export function int(value: unknown): number | undefined
export function int(value: unknown, otherwise?: number): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : otherwise
}

import { randomHex } from '../random.js'

/**
 * Encodes a value as JSON in which bigints are integers with all their digits. Bigints are first marked with a random
 * prefix, which external text cannot contain.
 */
export function wireJson(value: unknown): string {
  const marker = `int-${randomHex(16)}-`
  let found = false
  const text = JSON.stringify(value, (_key, entry: unknown) => {
    if (typeof entry !== 'bigint') return entry
    found = true
    return marker + entry.toString()
  })
  return found ? text.replace(new RegExp(`"${marker}(-?\\d+)"`, 'g'), '$1') : text
}

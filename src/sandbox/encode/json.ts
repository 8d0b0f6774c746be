import { randomHex } from '../random.js'

/**
 * Encodes a value as JSON in which bigints are integers with all their digits. The placeholder is random, so that
 * external text cannot contain it.
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

import { randomHex } from '../random.js'

/**
 * JSON in which a bigint is an integer with all its digits. The placeholder is random, so that no text from outside can
 * contain it.
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

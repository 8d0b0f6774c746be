import { randomHex } from '../random.js'

/**
 * JSON in which a bigint is an integer with all its digits. The mark that finds them again is random, so no text of
 * anybody can hold it.
 */
export function wireJson(value: unknown): string {
  const mark = `int-${randomHex(16)}-`
  let found = false
  const text = JSON.stringify(value, (_key, entry: unknown) => {
    if (typeof entry !== 'bigint') return entry
    found = true
    return mark + entry.toString()
  })
  return found ? text.replace(new RegExp(`"${mark}(-?\\d+)"`, 'g'), '$1') : text
}

import { seededRandom } from '../random.js'

const CHANCE = 1 / 3

/**
 * Returns a copy in which about a third of the values, chosen by the seed, have another type. At least one is changed.
 */
export function wrongTypes(reply: object, seed: number): object {
  const random = seededRandom(seed)
  let corruptedCount = 0
  const corrupt = (value: unknown): unknown => {
    if (random() < CHANCE) {
      corruptedCount++
      return otherType(value, random())
    }
    if (Array.isArray(value)) return value.map(corrupt)
    return isObject(value) ? corruptFields(value) : value
  }
  const corruptFields = (fields: object) =>
    Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, corrupt(value)]))
  const copy = corruptFields(reply)
  const keys = Object.keys(copy)
  const fallbackKey = keys[Math.floor(random() * keys.length)]
  if (corruptedCount === 0 && fallbackKey !== undefined) copy[fallbackKey] = otherType(copy[fallbackKey], random())
  return copy
}

function otherType(value: unknown, random: number): unknown {
  if (value === null) return 0
  if (random < CHANCE) return null
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value === 'string') return value.length
  if (Array.isArray(value)) return { ...value }
  return isObject(value) ? Object.values(value) : String(value)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

import { seededRandom } from '../random.js'

const CHANCE = 1 / 3

/** A copy in which a third of the values, one at least, have another type; the seed decides which. */
export function wrongTypes(reply: object, seed: number): object {
  const random = seededRandom(seed)
  let spoilt = 0
  const spoil = (value: unknown): unknown => {
    if (random() < CHANCE) {
      spoilt++
      return otherType(value, random())
    }
    if (Array.isArray(value)) return value.map(spoil)
    return isObject(value) ? spoilFields(value) : value
  }
  const spoilFields = (fields: object) =>
    Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, spoil(value)]))
  const copy = spoilFields(reply)
  const keys = Object.keys(copy)
  const unlucky = keys[Math.floor(random() * keys.length)]
  if (spoilt === 0 && unlucky !== undefined) copy[unlucky] = otherType(copy[unlucky], random())
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

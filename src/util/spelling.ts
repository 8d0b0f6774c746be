/** The keys of `T` with their first letter in lower case. */
export type LowerFirst<T> = { [K in keyof T as K extends string ? Uncapitalize<K> : never]: T[K] }

/** An object that answers to the server's keys and to their lower-first form. */
export type Spelled<T> = T & LowerFirst<T>

const upperFirst = (key: string) => key.charAt(0).toUpperCase() + key.slice(1)

/** The server's key that a lower-first one stands for, when `object` has it. */
function serverKey(object: object, key: string | symbol): string | undefined {
  if (typeof key !== 'string') return undefined
  const upper = upperFirst(key)
  return upper !== key && Object.hasOwn(object, upper) ? upper : undefined
}

class TwoSpellings {}

// At the end of the prototype chain, so that it is asked only for what neither the object nor its class has: own
// members always win, and `Object.keys`, `in`, spread and JSON see each key once.
Object.setPrototypeOf(
  TwoSpellings.prototype,
  new Proxy(Object.create(Object.prototype), {
    get(target, key, receiver) {
      const upper = serverKey(receiver, key)
      return upper === undefined ? Reflect.get(target, key, receiver) : receiver[upper]
    },
    set(target, key, value, receiver) {
      const upper = serverKey(receiver, key)
      return Reflect.set(upper === undefined ? target : receiver, upper ?? key, value, receiver)
    },
  }),
)

/**
 * The base class of objects with both spellings. The server's keys are own properties; the lower-first form of each,
 * known or not, reads and writes the same value.
 */
export function spelled<T extends object>(): new () => Spelled<T> {
  return TwoSpellings as new () => Spelled<T>
}

/**
 * Copies `fields` onto `object` as own properties. A key that its class already answers to is left out.
 *
 * @param writable whether callers may assign
 */
export function assignFields(object: object, fields: object, writable: boolean): void {
  const members: object = Object.getPrototypeOf(object)
  for (const [key, value] of Object.entries(fields)) {
    // Through the proxy `in` tells members from server keys: only a class defines what it answers `true` to.
    if (key in members) continue
    if (writable) (object as Record<string, unknown>)[key] = value
    else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: false })
  }
}

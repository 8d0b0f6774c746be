/** The keys of `T` with their first letter in lower case. */
type LowerFirst<T> = { [K in keyof T as K extends string ? Uncapitalize<K> : never]: T[K] }

/** An object whose properties are accessible by the server's keys and by their lower-first form. */
type CaseAliased<T> = T & LowerFirst<T>

const upperFirst = (key: string) => key.charAt(0).toUpperCase() + key.slice(1)

/** The server key for a lower-first key, if `object` has it. */
function serverKey(object: object, key: string | symbol): string | undefined {
  // Members of `Object.prototype` take precedence, too: a message whose `toString` is a string could not be printed.
  if (typeof key !== 'string' || key in Object.prototype) return undefined
  const upper = upperFirst(key)
  return upper !== key && Object.hasOwn(object, upper) ? upper : undefined
}

class CaseAliasBase {}

// The proxy is at the end of the prototype chain, so it is reached only for keys that neither the object nor its class
// has: own members always take precedence, and `Object.keys`, `in`, spread and JSON contain each key once.
Object.setPrototypeOf(
  CaseAliasBase.prototype,
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
 * The base class of objects that support both spellings. The server's keys are own properties; the lower-first form of
 * any key reads and writes the same value.
 */
export function caseAliased<T extends object>(): new () => CaseAliased<T> {
  return CaseAliasBase as new () => CaseAliased<T>
}

/**
 * Whether a key sent by the server equals the lower-first form of another key and would hide it, as `type` would hide
 * `Type`.
 *
 * @param known server keys to consider even if they are not in `sent`
 */
export function isShadow(key: string, sent: object, known: ReadonlySet<string>): boolean {
  // Fast path: nearly all server keys begin with a capital letter.
  const first = key.charCodeAt(0)
  if (first >= 0x41 && first <= 0x5a) return false
  const upper = upperFirst(key)
  return upper !== key && (known.has(upper) || Object.hasOwn(sent, upper))
}

/** Names of the members of a class. Server keys with these names are dropped. */
export function memberNames(type: abstract new (...args: never[]) => object): ReadonlySet<string> {
  const names = new Set<string>()
  for (let prototype: object = type.prototype; prototype; prototype = Object.getPrototypeOf(prototype)) {
    for (const name of Object.getOwnPropertyNames(prototype)) names.add(name)
  }
  return names
}

/**
 * Turns `fields` into an object of class `type`, without a copy. Runs no constructor: setting thirty properties one by one
 * on an object that inherits from a proxy would cost more than the rest of creating a message.
 */
export function adopt<T extends object>(type: { prototype: T }, fields: object, members: ReadonlySet<string>): T {
  for (const key in fields) if (members.has(key)) Reflect.deleteProperty(fields, key)
  return Object.setPrototypeOf(fields, type.prototype)
}

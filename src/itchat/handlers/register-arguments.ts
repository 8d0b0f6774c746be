import type { Handler, RegisterOptions, Registry } from './registry.js'

/** Sorts out the ways `msgRegister` is called; returns the handler, or a decorator when none was given. */
export function register(registry: Registry, given: readonly unknown[]): unknown {
  const [first, ...rest] = given
  if (isHandler(first) && rest.length === 0) {
    registry.addCatchAll(first)
    return first
  }
  const types = [first].flat()
  const handler = rest.find(isHandler)
  const options: RegisterOptions = typeof rest[0] === 'object' && rest[0] !== null ? rest[0] : {}
  if (handler === undefined && rest.length < 2) {
    return (later: Handler) => {
      registry.add(types, options, later)
      return later
    }
  }
  registry.add(types, options, handler)
  return handler
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function'
}

import type { Handler, RegisterOptions, Registry } from './registry.js'

/** Implements the overloads of `msgRegister`; returns the handler, or a decorator if no handler was passed. */
export function register(registry: Registry, args: readonly unknown[]): unknown {
  const [first, ...rest] = args
  if (isHandler(first) && rest.length === 0) {
    registry.addCatchAll(first)
    return first
  }
  const types = [first].flat()
  const handler = rest.find(isHandler)
  const options: RegisterOptions = typeof rest[0] === 'object' && rest[0] !== null ? rest[0] : {}
  if (handler === undefined && rest.length < 2) {
    return (decorated: Handler) => {
      registry.add(types, options, decorated)
      return decorated
    }
  }
  registry.add(types, options, handler)
  return handler
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function'
}

import type { MessageType } from '../../message/fields.js'
import type { Handler, RegisterOptions, Registry } from './registry.js'

type Types = MessageType | readonly MessageType[]

/** Sorts out the ways `msgRegister` is called; returns the handler, or a decorator when none was given. */
export function register(registry: Registry, given: readonly unknown[]): unknown {
  const [first, ...rest] = given
  if (typeof first === 'function' && rest.length === 0) {
    registry.addCatchAll(first as Handler)
    return first
  }
  const types = [first as Types].flat()
  const handler = rest.find((argument) => typeof argument === 'function') as Handler | undefined
  const options = (typeof rest[0] === 'object' && rest[0] !== null ? rest[0] : {}) as RegisterOptions
  if (handler === undefined && rest.length < 2) {
    return (later: Handler) => {
      registry.add(types, options, later)
      return later
    }
  }
  registry.add(types, options, handler as Handler)
  return handler
}

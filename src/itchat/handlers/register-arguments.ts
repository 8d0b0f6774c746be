import { checkOptions, type NamesOf } from '../../util/check-options.js'
import { invalidArgument } from '../../util/invalid-argument.js'
import type { Handler, RegisterOptions, Registry } from './registry.js'

const REGISTER_OPTIONS: NamesOf<RegisterOptions> = {
  isFriendChat: true,
  isGroupChat: true,
  isMpChat: true,
  isSelf: true,
}

/** Implements the overloads of `msgRegister`; returns the handler, or a decorator if no handler was passed. @throws ArgumentError */
export function register(registry: Registry, args: readonly unknown[]): unknown {
  const [first, second, third] = args
  if (isHandler(first) && args.length === 1) {
    registry.addCatchAll(first)
    return first
  }
  const types = [first].flat()
  if (isHandler(second)) {
    if (third !== undefined) throw invalidArgument('options', { expected: 'before the handler', found: 'after it' })
    registry.add(types, {}, second)
    return second
  }
  const options: RegisterOptions = second ?? {}
  checkOptions(options, REGISTER_OPTIONS)
  if (args.length > 2) {
    registry.add(types, options, third as Handler)
    return third
  }
  return (decorated: Handler) => {
    registry.add(types, options, decorated)
    return decorated
  }
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function'
}

import itchat, { type DefaultInstance, Itchat, type ItchatOptions, setLogging } from '../index.js'
import { addPythonNames } from './add-python-names.js'
import type { PythonNames, WithPythonNames } from './names.js'

export * from '../index.js'
export type { PythonNames, WithPythonNames } from './names.js'

/** An account with the Python names beside its own. */
export type PythonItchat = WithPythonNames<Itchat>

/** The class of an account, as a Python program uses it. */
export type PythonClass = new (options?: ItchatOptions) => PythonItchat

/** The names of the library as a whole, as a Python program uses them. */
interface PythonLibrary {
  /** Makes another account; it shares nothing with the others. */
  new_instance(options?: ItchatOptions): PythonItchat
  readonly instanceList: readonly PythonItchat[]
  readonly Core: PythonClass
  readonly core: { readonly Core: PythonClass }
  readonly log: PythonNames<DefaultInstance['log']>
  readonly utils: PythonNames<DefaultInstance['utils']>
}

/** The default instance with the Python names beside its own. */
export type PythonDefaultInstance = PythonLibrary & Omit<PythonNames<DefaultInstance>, 'new_instance'> & DefaultInstance

const compat = withPythonNames(itchat)
export default compat
export { compat as originInstance }

/** The default instance, then those of `new_instance()` until they are closed: one list, which is always up to date. */
export const instanceList: readonly PythonItchat[] = compat.instanceList
export const Core: PythonClass = compat.Core

export function new_instance(options?: ItchatOptions): PythonItchat {
  return compat.new_instance(options)
}

/** Changes what the default instance logs, and where to; what is not given stays. */
export const set_logging: typeof setLogging = setLogging

/** Every account gets them, whoever makes it: `Core()` and the instances of the other door are the same class. */
function withPythonNames(instance: DefaultInstance): PythonDefaultInstance {
  for (const object of [Itchat.prototype, Object.getPrototypeOf(instance), instance.log, instance.utils])
    addPythonNames(object)
  return instance as PythonDefaultInstance
}

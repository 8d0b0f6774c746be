/**
 * The library with the names of the Python version in addition.
 *
 * @module itchat/compat
 */

import itchat, { type DefaultInstance, Itchat, type ItchatOptions, setLogging } from '../index.js'
import { addPythonNames } from './add-python-names.js'
import type { PythonNames, WithPythonNames } from './names.js'

export * from '../index.js'
export type { PythonNames, WithPythonNames } from './names.js'

/** An account with the Python names in addition to its own. */
export type PythonItchat = WithPythonNames<Itchat>

/** The account class, with Python names. */
export type PythonClass = new (options?: ItchatOptions) => PythonItchat

/** The library-wide members, with Python names. */
interface PythonLibrary {
  /** Creates an account that is independent of other accounts. */
  new_instance(options?: ItchatOptions): PythonItchat
  readonly instanceList: readonly PythonItchat[]
  readonly Core: PythonClass
  readonly core: { readonly Core: PythonClass }
  readonly log: PythonNames<DefaultInstance['log']>
  readonly utils: PythonNames<DefaultInstance['utils']>
}

/** The default instance with the Python names in addition to its own. */
export type PythonDefaultInstance = PythonLibrary & Omit<PythonNames<DefaultInstance>, 'new_instance'> & DefaultInstance

/** The default instance: the one that `itchat` exports, with the Python names in addition to its own. */
const compat = withPythonNames(itchat)
export default compat
export { compat as originInstance }

/** A live list: the default instance, followed by the open instances created by `new_instance()`. */
export const instanceList: readonly PythonItchat[] = compat.instanceList
/** The class of an account, also called `Itchat`. */
export const Core: PythonClass = compat.Core

/** Creates an instance for another account: `newInstance()` with the Python names. */
export function new_instance(options?: ItchatOptions): PythonItchat {
  return compat.new_instance(options)
}

/** Changes what the default instance logs, and where. Omitted options stay unchanged. */
export const set_logging: typeof setLogging = setLogging

/** Adds the names to every account: accounts created through this entry point and the main one share a class. */
function withPythonNames(instance: DefaultInstance): PythonDefaultInstance {
  for (const object of [Itchat.prototype, Object.getPrototypeOf(instance), instance.log, instance.utils])
    addPythonNames(object)
  return instance as PythonDefaultInstance
}

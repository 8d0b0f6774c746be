import type { LoggingOptions } from '../account/logging.js'
import type { ItchatOptions } from '../account/options.js'
import * as content from '../message/types.js'
import { VERSION } from '../util/version.js'
import { CLOSING, Itchat } from './itchat.js'
import { components, config, returnvalues, storage, utils } from './submodules.js'

/** The account most programs use, and beside its methods the names that belong to the library as a whole. */
export class DefaultInstance extends Itchat {
  readonly #instances = instanceListOf(this)
  readonly core: { readonly Core: typeof Itchat } = { Core: Itchat }
  readonly log = { setLogging: (options: LoggingOptions) => this.setLogging(options) }

  /** Makes another account, inert like this one. Accounts share nothing but the process. */
  newInstance(options?: ItchatOptions): Itchat {
    const instance = new Itchat(options)
    this.#instances.push(instance)
    // Not at once: the list does not change under a loop that closes all without waiting.
    const remove = () => queueMicrotask(() => this.#instances.splice(this.#instances.indexOf(instance), 1))
    instance[CLOSING].addEventListener('abort', remove, { once: true })
    return instance
  }

  /** This account, then those of `newInstance()` until they are closed: one list, which is always up to date. */
  get instanceList(): readonly Itchat[] {
    return this.#instances
  }

  get originInstance(): this {
    return this
  }

  /** The class of an account. */
  get Core(): typeof Itchat {
    return Itchat
  }

  /** Of this package. */
  get VERSION(): string {
    return VERSION
  }

  /** The types that handlers can be registered for. */
  get content(): typeof content {
    return content
  }

  get config(): typeof config {
    return config
  }

  get utils(): typeof utils {
    return utils
  }

  get storage(): typeof storage {
    return storage
  }

  get returnvalues(): typeof returnvalues {
    return returnvalues
  }

  get components(): typeof components {
    return components
  }
}

/** A list that `for … of` walks as it was at the beginning, so that the loop may close each instance. */
function instanceListOf(first: Itchat): Itchat[] {
  const list = [first]
  Object.defineProperty(list, Symbol.iterator, { value: () => list.slice().values() })
  return list
}

import type { LoggingOptions } from '../account/logging.js'
import type { ItchatOptions } from '../account/options.js'
import * as content from '../message/types.js'
import { VERSION } from '../util/version.js'
import { CLOSING, Itchat } from './itchat.js'
import { components, config, returnvalues, storage, utils } from './submodules.js'

/** The account that most programs use. It adds library-wide members to those of an account. */
export class DefaultInstance extends Itchat {
  readonly #instances = instanceListOf(this)
  readonly core: { readonly Core: typeof Itchat } = { Core: Itchat }
  readonly log = { setLogging: (options: LoggingOptions) => this.setLogging(options) }

  /** Creates an instance for another account. It does nothing until a method is called. */
  newInstance(options?: ItchatOptions): Itchat {
    const instance = new Itchat(options)
    this.#instances.push(instance)
    // Deferred, so that the list does not change during a loop that closes all instances without waiting.
    const remove = () => queueMicrotask(() => this.#instances.splice(this.#instances.indexOf(instance), 1))
    instance[CLOSING].addEventListener('abort', remove, { once: true })
    return instance
  }

  /** A live list: this account, followed by the open instances created by `newInstance()`. */
  get instanceList(): readonly Itchat[] {
    return this.#instances
  }

  get originInstance(): this {
    return this
  }

  /** The account class. */
  get Core(): typeof Itchat {
    return Itchat
  }

  /** Version of this package. */
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

/** A list whose `for … of` iterates over a snapshot, so that the loop may close each instance. */
function instanceListOf(first: Itchat): Itchat[] {
  const list = [first]
  Object.defineProperty(list, Symbol.iterator, { value: () => list.slice().values() })
  return list
}

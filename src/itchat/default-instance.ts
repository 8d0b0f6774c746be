import type { LoggingOptions } from '../account/logging.js'
import type { ItchatOptions } from '../account/options.js'
import * as content from '../message/types.js'
import { VERSION } from '../util/version.js'
import { Itchat } from './itchat.js'
import { components, config, returnvalues, storage, utils } from './submodules.js'

/** The account most programs use, and beside its methods the names that belong to the library as a whole. */
export class DefaultInstance extends Itchat {
  readonly #instances: Itchat[] = [this]
  readonly core: { readonly Core: typeof Itchat } = { Core: Itchat }
  readonly log = { setLogging: (options: LoggingOptions) => this.setLogging(options) }

  /** Makes another account, inert like this one. Accounts share nothing but the process. */
  newInstance(options?: ItchatOptions): Itchat {
    const instance = new Itchat(options)
    this.instanceList.push(instance)
    return instance
  }

  /** This account, then those of `newInstance()` that are not closed: a closed one is of no more use. */
  get instanceList(): Itchat[] {
    const open = this.#instances.filter((instance) => instance === this || instance.state !== 'closed')
    this.#instances.splice(0, this.#instances.length, ...open)
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

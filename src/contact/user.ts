import { ACTIONS, PinnableContact } from './base.js'
import type { FetchOptions, OperationOptions, OperationResult } from './operations.js'
import { refuseUnsupported } from './unsupported.js'

/** A friend, oneself, a built-in account such as `filehelper`, or a stranger. */
export class User extends PinnableContact {
  readonly #kind = 'user'

  static {
    refuseUnsupported(User.prototype, 'user')
  }

  get kind(): 'user' {
    return this.#kind
  }

  /** Asks the server anew; resolves to this object, which holds what it said. */
  async update(options?: FetchOptions): Promise<this> {
    await this[ACTIONS].operations.updateFriend(this, options)
    return this
  }

  /** Sets the remark; `''` takes it away. @throws ArgumentError for somebody who is no friend */
  setAlias(alias: string, options?: OperationOptions): Promise<OperationResult> {
    return this[ACTIONS].operations.setAlias(this, alias, options)
  }

  /** Accepts this person's friend request. @throws StateError when none came in this session */
  verify(options?: OperationOptions): Promise<OperationResult> {
    return this[ACTIONS].operations.verify(this.UserName, options)
  }
}

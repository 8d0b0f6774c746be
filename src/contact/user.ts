import { ACTIONS, PinnableContact } from './base.js'
import type { FetchOptions, OperationOptions, OperationResult } from './operations.js'
import { refuseUnsupported } from './unsupported.js'

/** A friend, this account, a built-in account such as `filehelper`, or a stranger. */
export class User extends PinnableContact {
  readonly #kind = 'user'

  static {
    refuseUnsupported(User.prototype, 'user')
  }

  get kind(): 'user' {
    return this.#kind
  }

  /** Fetches the user again. Resolves to this object once it has been updated. */
  async update(options?: FetchOptions): Promise<this> {
    await this[ACTIONS].operations.updateFriend(this, options)
    return this
  }

  /** Sets the remark; `''` removes it. @throws ArgumentError for a user who is not a friend */
  setAlias(alias: string, options?: OperationOptions): Promise<OperationResult> {
    return this[ACTIONS].operations.setAlias(this, alias, options)
  }

  /** Accepts this user's friend request. @throws StateError if the user has not sent one in this session */
  verify(options?: OperationOptions): Promise<OperationResult> {
    return this[ACTIONS].operations.verify(this.UserName, options)
  }
}

import type { User } from '../../contact/contact.js'
import type { FriendQuery } from '../../contact/operations.js'
import { FieldIndex } from '../../util/field-index.js'

const NAME_FIELDS = ['RemarkName', 'NickName', 'Alias'] as const
const CRITERIA = ['name', 'remarkName', 'nickName', 'wechatAccount'] as const satisfies (keyof FriendQuery)[]

/** Finds users by name. A user's names must not change between `add` and `remove`. */
export class PeopleIndex {
  readonly #byField = {
    RemarkName: new FieldIndex<User>(),
    NickName: new FieldIndex<User>(),
    Alias: new FieldIndex<User>(),
  }

  add(user: User): void {
    for (const field of NAME_FIELDS) this.#byField[field].add(user[field], user)
  }

  remove(user: User): void {
    for (const field of NAME_FIELDS) this.#byField[field].remove(user[field], user)
  }

  clear(): void {
    for (const field of NAME_FIELDS) this.#byField[field].clear()
  }

  /** Returns the users who match every given criterion. */
  search(query: FriendQuery): User[] {
    const present = CRITERIA.filter((criterion) => criterion in query)
    let found: readonly User[] | undefined
    for (const criterion of present) {
      // An empty criterion matches no user, so a lookup with a missing value does not match every contact.
      const matching = this.#find(criterion, query[criterion] ?? '')
      const both = new Set(matching)
      found = found === undefined ? matching : found.filter((user) => both.has(user))
    }
    return [...(found ?? [])]
  }

  #find(criterion: (typeof CRITERIA)[number], text: string): readonly User[] {
    const { RemarkName, NickName, Alias } = this.#byField
    switch (criterion) {
      case 'name': {
        const [remark, nick, alias] = [RemarkName.get(text), NickName.get(text), Alias.get(text)]
        return remark.length + nick.length + alias.length < 2
          ? (remark.length && remark) || (nick.length && nick) || alias
          : [...new Set([...remark, ...nick, ...alias])]
      }
      case 'remarkName':
        return RemarkName.get(text)
      case 'nickName':
        return NickName.get(text)
      case 'wechatAccount':
        return Alias.get(text)
    }
  }
}

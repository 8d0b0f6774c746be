import { RecentSet } from '../../util/recent-set.js'

/**
 * Minimum numbers of ids and aliases remembered, not counting what the process forgets at once. Aliases are counted
 * separately so that they never displace ids. By number and not by age: a redelivery within a day must be recognized
 * where one person writes, and 10,000 ids last a day as long as that person writes less than every 95 seconds, around
 * the clock, with ten answers each; an account in busy groups would otherwise collect ids without limit.
 */
const MAX_IDS = 10_000
const MAX_ALIASES = 2 * MAX_IDS

/** What identifies a message when it is received again. */
interface Identified {
  /** `''` for a message without an id. */
  id: string
  aliases?: readonly string[] | undefined
}

/** The ids and aliases of the latest messages. */
export class KnownIds {
  readonly #ids = new RecentSet(MAX_IDS)
  readonly #aliases = new RecentSet(MAX_ALIASES)

  get ids(): Iterable<string> {
    return this.#ids
  }

  get aliases(): Iterable<string> {
    return this.#aliases
  }

  /** Whether an id or alias is known; what was an alias may be the id in the next delivery, and vice versa. */
  has(key: string): boolean {
    return this.#ids.has(key) || this.#aliases.has(key)
  }

  add({ id, aliases = [] }: Identified): void {
    if (id !== '') this.#ids.add(id)
    for (const alias of aliases) this.#aliases.add(alias)
  }

  clear(): void {
    this.#ids.clear()
    this.#aliases.clear()
  }
}

/** The keys of a message: its id, if it has one, and its aliases. */
export function keysOf({ id, aliases = [] }: Identified): readonly string[] {
  return id === '' ? aliases : [id, ...aliases]
}

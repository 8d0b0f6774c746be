import { type NamesOf, unknownName } from '../util/check-options.js'
import { describeValue, invalidArgument } from '../util/invalid-argument.js'
import type { FriendQuery } from './operations.js'

/** The criteria of searches for users and members. */
export const FRIEND_CRITERIA: NamesOf<FriendQuery & { userName: string }> = {
  userName: true,
  name: true,
  remarkName: true,
  nickName: true,
  wechatAccount: true,
}

/** The criteria of searches for groups and official accounts. */
export const NAME_CRITERIA = { userName: true, name: true } as const

/**
 * Checks a query. An unknown criterion would be ignored, and the search would return more contacts than were meant.
 *
 * @throws ArgumentError also for a query that is not an object; a plain name is not accepted
 */
export function checkQuery(query: unknown, criteria: Readonly<Record<string, true>>): void {
  if (typeof query !== 'object' || query === null) {
    throw invalidArgument('query', { expected: 'an object such as { name }', found: describeValue(query) })
  }
  const unknown = Object.keys(query).find((name) => !Object.hasOwn(criteria, name))
  if (unknown !== undefined) throw unknownName('criterion', unknown, Object.keys(criteria))
}

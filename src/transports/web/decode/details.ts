import { type Dict, dict, list, text } from '../../../util/read.js'
import { readContact } from './contact.js'

/**
 * Matches replies to names; returns them in the order of the names, with `undefined` for a name without a reply.
 * Servers promise one reply for each requested name, in the same order, but replies may be missing, out of order,
 * repeated, split, or about other names. A reply is never matched to the wrong contact.
 *
 * @see docs/protocol.md §4.2
 */
export function alignDetails(names: readonly string[], replies: readonly unknown[]): unknown[] {
  const repliesByName = new Map<string, unknown[]>()
  for (const name of names) repliesByName.set(name, [])
  for (const reply of replies) repliesByName.get(text(dict(reply).UserName))?.push(reply)
  const requestCounts = new Map<string, number>()
  for (const name of names) requestCounts.set(name, (requestCounts.get(name) ?? 0) + 1)
  const used = new Map<string, number>()
  return names.map((name) => {
    const found = repliesByName.get(name) ?? []
    if (requestCounts.get(name) === 1) return merge(found)
    const index = used.get(name) ?? 0
    used.set(name, index + 1)
    if (found.length === requestCounts.get(name)) return found[index]
    return withoutGroupName(merge(found))
  })
}

/** Merges several replies about one name. */
function merge(replies: readonly unknown[]): unknown {
  if (replies.length < 2) return replies[0]
  const full = replies.filter((reply) => readContact(reply)?.isStub === false)
  if (full.length < 2) return full[0] ?? replies[0]
  const members = full.flatMap((reply) => list(dict(reply).MemberList))
  return { ...dict(full.at(-1)), ...(members.length > 0 ? { MemberList: members } : {}) }
}

/** Removes the display name, because it is not known which group the reply is about. */
function withoutGroupName(reply: unknown): unknown {
  if (reply === undefined) return undefined
  const { DisplayName: _, ...rest }: Dict = dict(reply)
  return rest
}

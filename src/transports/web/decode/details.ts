import { type Dict, dict, list, text } from '../../../util/read.js'
import { readContact } from './contact.js'

/**
 * What the replies say of each name, in the order of the names; `undefined` for a name they do not mention. Servers promise
 * the order and length of the request; replies that are missing, out of order, repeated, in pieces or about other names never
 * reach the wrong contact.
 *
 * @see docs/protocol.md §4.2
 */
export function alignDetails(names: readonly string[], replies: readonly unknown[]): unknown[] {
  const replyTo = new Map<string, unknown[]>()
  for (const name of names) replyTo.set(name, [])
  for (const reply of replies) replyTo.get(text(dict(reply).UserName))?.push(reply)
  const asked = new Map<string, number>()
  for (const name of names) asked.set(name, (asked.get(name) ?? 0) + 1)
  const used = new Map<string, number>()
  return names.map((name) => {
    const found = replyTo.get(name) ?? []
    if (asked.get(name) === 1) return joined(found)
    const index = used.get(name) ?? 0
    used.set(name, index + 1)
    if (found.length === asked.get(name)) return found[index]
    return withoutGroupName(joined(found))
  })
}

/** One reply made of several about the same name. */
function joined(replies: readonly unknown[]): unknown {
  const full = replies.filter((reply) => readContact(reply)?.isStub === false)
  if (full.length < 2) return full[0] ?? replies[0]
  const members = full.flatMap((reply) => list(dict(reply).MemberList))
  return { ...dict(full.at(-1)), ...(members.length > 0 ? { MemberList: members } : {}) }
}

/** It is not known which group the name was given in. */
function withoutGroupName(reply: unknown): unknown {
  if (reply === undefined) return undefined
  const { DisplayName: _, ...rest }: Dict = dict(reply)
  return rest
}

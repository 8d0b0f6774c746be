import type { Chatroom } from '../../../contact/contact.js'
import { detachedCopy } from '../../../util/detached-copy.js'
import { AT_SEPARATOR, GROUP_PREFIX_SEPARATOR, MENTION_ALL_NAMES } from '../wire/constants.js'

/** Matches a UserName of the session, or a permanent id. @see docs/protocol.md §9.1 */
const SENDER = /^@[0-9A-Za-z]+$|^[0-9A-Za-z_-]{2,64}$/
const MAX_SENDER_LENGTH = 128

/** Whether a UserName belongs to a group. */
export function isGroup(userName: string): boolean {
  return userName.startsWith('@@')
}

/**
 * Splits `@hash:<br/>content` at its first separator.
 *
 * @returns an empty `sender` when there is no prefix
 * @see docs/protocol.md §10.2
 */
export function splitGroupPrefix(content: string): { sender: string; content: string } {
  const at = content.slice(0, MAX_SENDER_LENGTH + GROUP_PREFIX_SEPARATOR.length).indexOf(GROUP_PREFIX_SEPARATOR)
  const sender = at > 0 ? content.slice(0, at) : ''
  if (!SENDER.test(sender)) return { sender: '', content }
  // The id outlives the text that it was cut from.
  return { sender: detachedCopy(sender), content: content.slice(at + GROUP_PREFIX_SEPARATOR.length) }
}

/** Removes variation selectors, which change only how an emoji looks: the name stays the same. */
const normalize = (text: string) => text.replaceAll('\ufe0f', '')

const WORD = /[0-9A-Za-z._-]/

/**
 * Whether a decoded text mentions this account: `@name` followed by U+2005, or, when no word precedes the `@`, `@name`
 * followed by whitespace or the end of the text. A longer member name that also matches takes precedence.
 *
 * @see docs/protocol.md §10.2
 */
export function mentionsSelf(text: string, ownNames: readonly string[], room: Chatroom | undefined): boolean {
  const content = normalize(text)
  if (!content.includes('@')) return false
  return ownNames.some((name) => name !== '' && mentions(content, normalize(name), room))
}

/**
 * Whether a decoded text mentions all members, according to the rules of `mentionsSelf`.
 *
 * @see docs/protocol.md §10.2
 */
export function mentionsAll(text: string, room: Chatroom | undefined): boolean {
  const content = normalize(text)
  return MENTION_ALL_NAMES.some((name) => mentions(content, name, room))
}

function mentions(content: string, name: string, room: Chatroom | undefined): boolean {
  let longerNames: readonly string[] | undefined
  for (let at = content.indexOf(`@${name}`); at >= 0; at = content.indexOf(`@${name}`, at + 1)) {
    if (!isComplete(content, at, name)) continue
    longerNames ??= namesStartingWith(name, room)
    if (!longerNames.some((other) => content.startsWith(other, at + 1) && isComplete(content, at, other))) return true
  }
  return false
}

function namesStartingWith(name: string, room: Chatroom | undefined): readonly string[] {
  return (room?.memberList ?? [])
    .flatMap((member) => [normalize(member.DisplayName), normalize(member.NickName)])
    .filter((other) => other.length > name.length && other.startsWith(name))
}

/** Whether the mention of `name` at index `at` is complete. */
function isComplete(content: string, at: number, name: string): boolean {
  const next = content.charAt(at + 1 + name.length)
  if (next === AT_SEPARATOR) return true
  return (next === '' || /\s/.test(next)) && !WORD.test(content.charAt(at - 1))
}

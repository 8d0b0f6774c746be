import { type Chatroom, hasMemberName, withoutVariation } from '../../../contact/chatroom.js'
import { detachedCopy } from '../../../util/detached-copy.js'
import { AT_SEPARATOR, GROUP_PREFIX_SEPARATOR, MENTION_ALL_NAMES } from '../wire/constants.js'

/** Matches a UserName of the session, or a permanent id. @see docs/protocol.md §9.1 */
const SENDER = /^@[0-9A-Za-z]+$|^[0-9A-Za-z_-]{2,64}$/
const MAX_SENDER_LENGTH = 128
/** Length of a text that a slice may keep in memory, in UTF-16 code units. A copy of each sender takes longer than the rest. */
const MAX_RETAINED_LENGTH = 1_024

/** Maximum length of a name, in UTF-16 code units. */
const MAX_NAME_LENGTH = 128

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
  // The id may outlive a long text, which a slice would keep in memory.
  const isLong = content.length > MAX_RETAINED_LENGTH
  return { sender: isLong ? detachedCopy(sender) : sender, content: content.slice(at + GROUP_PREFIX_SEPARATOR.length) }
}

const WORD = /[0-9A-Za-z._-]/

/**
 * Whether a decoded text mentions this account: `@name` followed by U+2005, or, when no word precedes the `@`, `@name`
 * followed by whitespace or the end of the text. A longer member name that also matches takes precedence.
 *
 * @see docs/protocol.md §10.2
 */
export function mentionsSelf(text: string, ownNames: readonly string[], room: Chatroom | undefined): boolean {
  const content = withoutVariation(text)
  if (!content.includes('@')) return false
  return ownNames.some((name) => name !== '' && mentions(content, withoutVariation(name), room))
}

/**
 * Whether a decoded text mentions all members, according to the rules of `mentionsSelf`.
 *
 * @see docs/protocol.md §10.2
 */
export function mentionsAll(text: string, room: Chatroom | undefined): boolean {
  const content = withoutVariation(text)
  return MENTION_ALL_NAMES.some((name) => mentions(content, name, room))
}

function mentions(content: string, name: string, room: Chatroom | undefined): boolean {
  for (let at = content.indexOf(`@${name}`); at >= 0; at = content.indexOf(`@${name}`, at + 1)) {
    if (isComplete(content, at, name.length) && !isPartOfLongerName(content, at, name.length, room)) return true
  }
  return false
}

/** Whether the text mentions a member with a longer name that starts with the same characters. */
function isPartOfLongerName(content: string, at: number, length: number, room: Chatroom | undefined): boolean {
  if (!room) return false
  const start = at + 1
  const last = Math.min(content.length, start + MAX_NAME_LENGTH)
  for (let end = start + length + 1; end <= last; end++) {
    end = nextBoundary(content, end)
    if (end > last) return false
    if (isComplete(content, at, end - start) && hasMemberName(room, content.slice(start, end))) return true
  }
  return false
}

/** Index of the next whitespace, which includes the separator after a mention; the length of the text after the last one. */
function nextBoundary(content: string, from: number): number {
  const found = content.slice(from, from + MAX_NAME_LENGTH).search(/\s/)
  return found < 0 ? content.length : from + found
}

/** Whether the mention of a name of this length at index `at` is complete. */
function isComplete(content: string, at: number, length: number): boolean {
  const next = content.charAt(at + 1 + length)
  if (next === AT_SEPARATOR) return true
  return (next === '' || /\s/.test(next)) && !WORD.test(content.charAt(at - 1))
}

import type { ChatView, MessageView, PersonView } from '../../sandbox/control/view.js'
import type { Strings } from '../i18n/strings.js'
import { type People, roomName } from '../store/select.js'
import { previewText } from './message-strings.js'

/** Lowercases text and removes its whitespace, so that `Lin Xiao` finds `linxiaoman`. */
function fold(text: string): string {
  return text.toLowerCase().replace(/\s+/g, '')
}

/** Whether a name, remark, alias, pinyin or pinyin initials of the person contains `query`; an empty query matches everyone. */
export function matchesPerson(person: PersonView, query: string, extra = ''): boolean {
  const needle = fold(query)
  if (!needle) return true
  const names = [person.name, person.remark, person.alias, extra, ...person.pinyin.split(' ')]
  return names.some((name) => fold(name).includes(needle))
}

/** Whether the chat's name, its person or, in a group, a member matches `query`. */
export function matchesChat(chat: ChatView, query: string, people: People): boolean {
  const needle = fold(query)
  if (!needle || fold(chat.name).includes(needle)) return true
  const person = people[chat.id]
  if (person && matchesPerson(person, query)) return true
  return (chat.members ?? []).some((member) => {
    const person = people[member.id]
    return person ? matchesPerson(person, query, member.displayName) : fold(roomName(member, people)).includes(needle)
  })
}

/** The messages that contain `query` in their text or preview, oldest first; none for an empty query. */
export function matchingMessages(messages: readonly MessageView[], query: string, strings: Strings): MessageView[] {
  const needle = query.trim().toLowerCase()
  if (!needle) return []
  return messages.filter(
    (message) =>
      !message.recalled &&
      (message.text.toLowerCase().includes(needle) || previewText(message, strings).toLowerCase().includes(needle)),
  )
}

/** The latest `limit` loaded messages that contain `query`, newest first. */
export function findMessages(
  threads: Readonly<Record<string, { messages: readonly MessageView[] }>>,
  query: string,
  limit = 20,
): MessageView[] {
  const needle = query.trim().toLowerCase()
  if (!needle) return []
  return Object.values(threads)
    .flatMap(({ messages }) => messages)
    .filter((message) => !message.recalled && message.text.toLowerCase().includes(needle))
    .sort((a, b) => b.at - a.at)
    .slice(0, limit)
}

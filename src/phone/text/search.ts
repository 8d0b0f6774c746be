import type { ChatView, MessageView, PersonView } from '../../sandbox/control/view.js'
import { type People, roomName } from '../store/select.js'

/** Lower case and without spaces: `Lin Xiao` finds `linxiaoman`. */
function fold(text: string): string {
  return text.toLowerCase().replace(/\s+/g, '')
}

/** A name, remark, alias or pinyin of the person contains `query`; an empty one matches everybody. */
export function matchesPerson(person: PersonView, query: string, extra = ''): boolean {
  const wanted = fold(query)
  if (!wanted) return true
  const names = [person.name, person.remark, person.alias, extra, person.pinyin]
  return names.some((name) => fold(name).includes(wanted))
}

/** The chat's name matches, its person does, or, in a group, a member does. */
export function matchesChat(chat: ChatView, query: string, people: People): boolean {
  const wanted = fold(query)
  if (!wanted || fold(chat.name).includes(wanted)) return true
  const person = people[chat.id]
  if (person && matchesPerson(person, query)) return true
  return (chat.members ?? []).some((member) => {
    const one = people[member.id]
    return one ? matchesPerson(one, query, member.displayName) : fold(roomName(member, people)).includes(wanted)
  })
}

/** The latest loaded messages that contain `query`, newest first. */
export function findMessages(
  threads: Readonly<Record<string, { messages: readonly MessageView[] }>>,
  query: string,
  limit = 20,
): MessageView[] {
  const wanted = query.trim().toLowerCase()
  if (!wanted) return []
  return Object.values(threads)
    .flatMap((thread) => thread.messages.filter((message) => message.text.toLowerCase().includes(wanted)))
    .sort((a, b) => b.at - a.at)
    .slice(0, limit)
}

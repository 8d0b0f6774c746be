import type { ChatView } from '../../sandbox/control/view.js'
import type { People } from '../store/select.js'
import type { Words } from '../words/words.js'

/** The second line under somebody in the menu: what sets this person apart here. */
export function speakerNote(chat: ChatView, id: string, people: People, owner: string, words: Words): string {
  const person = people[id]
  if (!person) return ''
  if (id === owner) return words.fromPhone
  const inRoom = chat.members?.find((member) => member.id === id)?.displayName
  const notes = [
    id === chat.ownerId && words.groupOwner,
    inRoom && words.roomNameIs(inRoom),
    person.remark && person.remark !== person.name && words.nameIs(person.name),
    chat.kind === 'group' && !person.isContact && words.notContact,
  ]
  return notes.filter(Boolean).join(' · ')
}

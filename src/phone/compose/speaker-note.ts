import type { ChatView } from '../../sandbox/control/view.js'
import type { Strings } from '../i18n/strings.js'
import type { People } from '../store/select.js'

/** The second line under somebody in the menu: what sets this person apart here. */
export function speakerNote(chat: ChatView, id: string, people: People, owner: string, strings: Strings): string {
  const person = people[id]
  if (!person) return ''
  if (id === owner) return strings.fromPhone
  const inRoom = chat.members?.find((member) => member.id === id)?.displayName
  const notes = [
    id === chat.ownerId && strings.groupOwner,
    inRoom && strings.roomNameIs(inRoom),
    person.remark && person.remark !== person.name && strings.nameIs(person.name),
    chat.kind === 'group' && !person.isContact && strings.notContact,
  ]
  return notes.filter(Boolean).join(' · ')
}

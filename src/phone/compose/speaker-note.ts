import type { ChatView } from '../../sandbox/control/view.js'
import type { Strings } from '../i18n/strings.js'
import type { People } from '../store/select.js'
import { plainName } from '../text/file-name.js'

/** Subtitle of a speaker in the menu: the role, nickname or real name that distinguishes them. */
export function speakerNote(chat: ChatView, id: string, people: People, owner: string, strings: Strings): string {
  const person = people[id]
  if (!person) return ''
  if (id === owner) return strings.fromPhone
  const nickname = chat.members?.find((member) => member.id === id)?.displayName
  const notes = [
    id === chat.ownerId && strings.groupOwner,
    nickname && strings.roomNameIs(plainName(nickname)),
    person.remark && person.remark !== person.name && strings.nameIs(plainName(person.name)),
    chat.kind === 'group' && !person.isContact && strings.notContact,
  ]
  return notes.filter(Boolean).join(' · ')
}

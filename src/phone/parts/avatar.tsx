import type { ChatView } from '../../sandbox/control/view.js'
import { useStore } from '../hooks/use-store.js'
import { type Named, type People, personName } from '../store/select.js'
import { faceLetter, tintOf } from '../text/avatar-face.js'
import { Icon } from './icon.js'

/** A person's avatar: a letter over a dune, in one of nine tints. */
export function Avatar({ person, size }: { person: Named; size: number }) {
  const tint = useStore(({ tints }) => tints[person.id] ?? tintOf(person.id))
  const shape = person.kind === 'official' ? 'avatar round' : 'avatar'
  return (
    <span class={shape} data-tint={tint} style={{ '--size': `${size}px` }} aria-hidden="true">
      <Dune />
      <span class="face">
        {person.id === 'filehelper' ? (
          <Icon name="transfer" size={size * 0.52} />
        ) : (
          faceLetter(personName(person, person.id), person.kind === 'person')
        )}
      </span>
    </span>
  )
}

/** The avatar of the ClawBot. */
export function BotAvatar({ size }: { size: number }) {
  return (
    <span class="avatar" data-tint={1} style={{ '--size': `${size}px` }} aria-hidden="true">
      <Dune />
      <span class="face">
        <Icon name="bot" size={size * 0.56} />
      </span>
    </span>
  )
}

/** A chat's avatar: the person's, or a mosaic of up to nine group members. */
export function ChatAvatar({ chat, people, size }: { chat: ChatView; people: People; size: number }) {
  if (chat.kind === 'clawbot') return <BotAvatar size={size} />
  if (chat.kind !== 'group') {
    const person = people[chat.id]
    return person ? <Avatar person={person} size={size} /> : null
  }
  const members = chat.members ?? []
  const across = members.length >= 9 ? 3 : 2
  const gap = size > 40 ? 2 : 1
  const cell = (size - gap * (across + 1)) / across
  return (
    <span class="avatar mosaic" style={{ '--size': `${size}px`, '--gap': `${gap}px` }} aria-hidden="true">
      {members.slice(0, across * across).map(({ id }) => {
        const person = people[id]
        return person && <Avatar key={id} person={person} size={cell} />
      })}
    </span>
  )
}

function Dune() {
  return (
    <svg class="dune" viewBox="0 0 40 40" preserveAspectRatio="none" aria-hidden="true">
      <path d="M0 26c7-6 13-5 20 0s13 5 20-1v15H0z" />
    </svg>
  )
}

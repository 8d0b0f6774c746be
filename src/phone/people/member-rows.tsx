import type { ChatView } from '../../sandbox/control/view.js'
import { useAction } from '../hooks/use-action.js'
import { useStore } from '../hooks/use-store.js'
import { useWords } from '../hooks/use-words.js'
import { Avatar } from '../parts/avatar.js'
import { personName } from '../store/select.js'
import { removeMember } from './actions.js'

/** Everybody in the group; its owner can remove the others. */
export function MemberRows({ chat }: { chat: ChatView }) {
  const words = useWords()
  const { members = [] } = chat
  return (
    <section aria-label={words.members(members.length)}>
      <h3 class="field-word">{words.members(members.length)}</h3>
      <ul class="member-rows">
        {members.map(({ id }) => (
          <MemberRow key={id} chat={chat} id={id} />
        ))}
      </ul>
    </section>
  )
}

function MemberRow({ chat, id }: { chat: ChatView; id: string }) {
  const words = useWords()
  const up = useStore((state) => state.link.up)
  const people = useStore((state) => state.people)
  const owner = useStore((state) => state.owner)
  const { run, busy, error } = useAction(removeMember)
  const person = people[id]
  const inRoom = chat.members?.find((member) => member.id === id)?.displayName
  const note = inRoom ? words.roomNameIs(inRoom) : person && !person.isContact && words.notContact
  const name = personName(person, id)
  return (
    <li class="member-row">
      {person && <Avatar person={person} size={34} />}
      <span class="row-text">
        <span class="speaker-name">
          <span class="row-name">{name}</span>
          {id === owner && <span class="tag">{words.bot}</span>}
          {id === chat.ownerId && <span class="tag">{words.groupOwner}</span>}
        </span>
        {note && <span class="row-preview">{note}</span>}
      </span>
      {id !== chat.ownerId && (
        <button
          type="button"
          class="button small danger"
          aria-label={words.removeFromGroup(name)}
          disabled={!up || busy}
          onClick={() => void run(chat.id, id)}
        >
          {words.removeIt}
        </button>
      )}
      {error && (
        <p class="problem" role="alert">
          {words.failed(error)}
        </p>
      )}
    </li>
  )
}

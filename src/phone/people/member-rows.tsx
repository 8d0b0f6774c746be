import type { ChatView } from '../../sandbox/control/view.js'
import { useAction } from '../hooks/use-action.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Avatar } from '../parts/avatar.js'
import { personName } from '../store/select.js'
import { plainName } from '../text/file-name.js'
import { removeMember } from './actions.js'

/** The group's members; all but its owner can be removed. */
export function MemberRows({ chat }: { chat: ChatView }) {
  const strings = useStrings()
  const { members = [] } = chat
  return (
    <section aria-label={strings.members(members.length)}>
      <h3 class="field-word">{strings.members(members.length)}</h3>
      <ul class="member-rows">
        {members.map(({ id }) => (
          <MemberRow key={id} chat={chat} id={id} />
        ))}
      </ul>
    </section>
  )
}

function MemberRow({ chat, id }: { chat: ChatView; id: string }) {
  const strings = useStrings()
  const up = useStore((state) => state.link.up)
  const people = useStore((state) => state.people)
  const owner = useStore((state) => state.owner)
  const { run, busy, error } = useAction(removeMember)
  const person = people[id]
  const nickname = chat.members?.find((member) => member.id === id)?.displayName
  const note = nickname ? strings.roomNameIs(plainName(nickname)) : person && !person.isContact && strings.notContact
  const name = personName(person, id)
  return (
    <li class="member-row">
      {person && <Avatar person={person} size={34} />}
      <span class="row-text">
        <span class="speaker-name">
          <span class="row-name">{name}</span>
          {id === owner && <span class="tag">{strings.bot}</span>}
          {id === chat.ownerId && <span class="tag">{strings.groupOwner}</span>}
        </span>
        {note && <span class="row-preview">{note}</span>}
      </span>
      {id !== chat.ownerId && (
        <button
          type="button"
          class="button small danger"
          aria-label={strings.removeFromGroup(name)}
          disabled={!up || busy}
          onClick={() => void run(chat.id, id)}
        >
          {strings.removeIt}
        </button>
      )}
      {error && (
        <p class="problem" role="alert">
          {strings.failed(error)}
        </p>
      )}
    </li>
  )
}

import { useState } from 'preact/hooks'
import type { ChatView } from '../../sandbox/control/view.js'
import { useAction } from '../hooks/use-action.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'
import { addMember } from './actions.js'
import { MemberSelect } from './member-select.js'
import { outsidersOf } from './outsiders.js'

/** Adds a person to the group, on behalf of its owner. */
export function AddMember({ chat, first }: { chat: ChatView; first: boolean }) {
  const strings = useStrings()
  const up = useStore((state) => state.link.up)
  const people = useStore((state) => state.people)
  const outsiders = outsidersOf(chat, people)
  const [chosen, setChosen] = useState('')
  const personId = outsiders.includes(chosen) ? chosen : outsiders[0]
  const { run, busy, error } = useAction(addMember)
  if (personId === undefined) return <p class="quiet">{strings.everybodyIsIn}</p>
  return (
    <form
      class="people-row two"
      onSubmit={(event) => {
        event.preventDefault()
        if (up && !busy) void run(chat.id, personId)
      }}
    >
      <MemberSelect label={strings.addWho} ids={outsiders} value={personId} onValue={setChosen} first={first} />
      <button type="submit" class="button primary" disabled={!up || busy}>
        <Icon name="addFriend" size={18} />
        {strings.addIt}
      </button>
      {error && (
        <p class="problem" role="alert">
          {strings.failed(error)}
        </p>
      )}
    </form>
  )
}

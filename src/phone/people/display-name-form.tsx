import { useState } from 'preact/hooks'
import type { ChatView } from '../../sandbox/control/view.js'
import { useAction } from '../hooks/use-action.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { setDisplayName } from './actions.js'
import { MemberSelect } from './member-select.js'
import { NameField } from './name-field.js'

/** Sets a member's group nickname; the account is preselected. */
export function DisplayNameForm({ chat }: { chat: ChatView }) {
  const strings = useStrings()
  const up = useStore((state) => state.link.up)
  const owner = useStore((state) => state.owner)
  const members = (chat.members ?? []).toSorted((a, b) => Number(b.id === owner) - Number(a.id === owner))
  const [chosen, setChosen] = useState(owner)
  const member = members.find(({ id }) => id === chosen) ?? members[0]
  const [typed, setTyped] = useState<string>()
  const name = typed ?? member?.displayName ?? ''
  const { run, busy, error, clearError } = useAction(setDisplayName)
  const ready = up && !busy && member !== undefined && name.trim() !== member.displayName
  return (
    <form
      class="people-row"
      onSubmit={async (event) => {
        event.preventDefault()
        if (ready) await run(chat.id, member.id, name)
      }}
    >
      <NameField
        label={strings.roomName}
        value={name}
        onValue={(value) => {
          clearError()
          setTyped(value)
        }}
      />
      <MemberSelect
        label={strings.roomNameOf}
        ids={members.map(({ id }) => id)}
        value={member?.id ?? ''}
        onValue={(next) => {
          clearError()
          setTyped(undefined)
          setChosen(next)
        }}
      />
      <button type="submit" class="button" disabled={!ready}>
        {strings.save}
      </button>
      {error && (
        <p class="problem" role="alert">
          {strings.failed(error)}
        </p>
      )}
    </form>
  )
}

import { useState } from 'preact/hooks'
import type { ChatView } from '../../sandbox/control/view.js'
import { useAction } from '../hooks/use-action.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { setDisplayName } from './actions.js'
import { MemberSelect } from './member-select.js'
import { NameField } from './name-field.js'

/** What a member, the account first of all, is called in the group. */
export function DisplayNameForm({ chat }: { chat: ChatView }) {
  const strings = useStrings()
  const up = useStore((state) => state.link.up)
  const owner = useStore((state) => state.owner)
  const members = (chat.members ?? []).toSorted((a, b) => Number(b.id === owner) - Number(a.id === owner))
  const [chosen, setChosen] = useState(owner)
  const who = members.find((member) => member.id === chosen) ?? members[0]
  const [typed, setTyped] = useState<string>()
  const name = typed ?? who?.displayName ?? ''
  const { run, busy, error, forget } = useAction(setDisplayName)
  const ready = up && !busy && who !== undefined && name.trim() !== who.displayName
  return (
    <form
      class="people-row"
      onSubmit={async (event) => {
        event.preventDefault()
        if (ready) await run(chat.id, who.id, name)
      }}
    >
      <NameField
        label={strings.roomName}
        value={name}
        onValue={(value) => {
          forget()
          setTyped(value)
        }}
      />
      <MemberSelect
        label={strings.roomNameOf}
        ids={members.map((member) => member.id)}
        value={who?.id ?? ''}
        onValue={(next) => {
          forget()
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

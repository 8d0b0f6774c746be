import { useState } from 'preact/hooks'
import type { ChatView } from '../../sandbox/control/view.js'
import { useAction } from '../hooks/use-action.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { renameGroup } from './actions.js'
import { MemberSelect } from './member-select.js'
import { NameField } from './name-field.js'
import { renamersOf } from './renamers.js'

/** Renames the group on behalf of one of its members. */
export function GroupNameForm({ chat, first }: { chat: ChatView; first: boolean }) {
  const strings = useStrings()
  const up = useStore((state) => state.link.up)
  const [typed, setTyped] = useState<string>()
  const topic = typed ?? chat.name
  const renamers = renamersOf(chat)
  const [chosen, setChosen] = useState(renamers[0] ?? '')
  const by = renamers.includes(chosen) ? chosen : (renamers[0] ?? '')
  const { run, busy, error, clearError } = useAction(renameGroup)
  const ready = up && !busy && topic.trim() !== '' && topic.trim() !== chat.name
  return (
    <form
      class="people-row"
      onSubmit={async (event) => {
        event.preventDefault()
        if (ready && (await run(chat.id, topic, by))) setTyped(undefined)
      }}
    >
      <NameField
        label={strings.groupName}
        required
        first={first}
        value={topic}
        onValue={(value) => {
          clearError()
          setTyped(value)
        }}
      />
      <MemberSelect label={strings.renamedBy} ids={renamers} value={by} onValue={setChosen} />
      <button type="submit" class="button" disabled={!ready}>
        {strings.renameIt}
      </button>
      {error && (
        <p class="problem" role="alert">
          {strings.failed(error)}
        </p>
      )}
    </form>
  )
}

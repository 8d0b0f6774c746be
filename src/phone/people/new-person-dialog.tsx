import { useState } from 'preact/hooks'
import { useAction } from '../hooks/use-action.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { addMember, newPerson } from './actions.js'
import { FormFooter } from './form-footer.js'
import { Modal } from './modal.js'
import { NameField } from './name-field.js'

interface Props {
  /** The group that the person joins; without it, they become a contact or a stranger. */
  groupId?: string
  onClose(): void
  /** Called with the person's id, before the dialog is closed. */
  onAdded(id: string): void
}

/** Dialog that adds a person to the world. */
export function NewPersonDialog({ groupId, onClose, onAdded }: Props) {
  const strings = useStrings()
  const up = useStore((state) => state.link.up)
  const [name, setName] = useState('')
  const [isFriend, setFriend] = useState(true)
  const { run, busy, error, clearError } = useAction(async () => {
    const id = await newPerson(name, groupId === undefined && isFriend)
    if (groupId !== undefined) await addMember(groupId, id)
    onAdded(id)
  })
  const ready = up && !busy && name.trim() !== ''
  return (
    <Modal title={groupId === undefined ? strings.newPerson : strings.newMember} onClose={onClose}>
      <form
        class="people-form"
        onSubmit={async (event) => {
          event.preventDefault()
          if (ready && (await run())) onClose()
        }}
      >
        <NameField
          label={strings.newPersonName}
          required
          first
          value={name}
          onValue={(value) => {
            clearError()
            setName(value)
          }}
        />
        {groupId === undefined && (
          <fieldset class="new-person" aria-label={strings.newPerson}>
            {([true, false] as const).map((friend) => (
              <label key={String(friend)} class="switch">
                <input
                  type="radio"
                  name="new-person"
                  checked={isFriend === friend}
                  onChange={() => setFriend(friend)}
                />
                {friend ? strings.newPersonFriend : strings.newPersonStranger}
              </label>
            ))}
          </fieldset>
        )}
        <FormFooter
          error={error}
          hint={strings.newPersonText}
          submit={strings.newPersonAdd}
          ready={ready}
          onClose={onClose}
        />
      </form>
    </Modal>
  )
}

import { useState } from 'preact/hooks'
import { useAction } from '../hooks/use-action.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { plainName } from '../text/file-name.js'
import { renamePerson } from './actions.js'
import { FormFooter } from './form-footer.js'
import { Modal } from './modal.js'
import { NameField } from './name-field.js'

/** Changes a person's own name; the account's remark for them is unaffected. */
export function RenameDialog({ personId, onClose }: { personId: string; onClose: () => void }) {
  const strings = useStrings()
  const up = useStore((state) => state.link.up)
  const person = useStore((state) => state.people[personId])
  const [name, setName] = useState(person?.name ?? '')
  const { run, busy, error, clearError } = useAction(renamePerson)
  // The title stays the same while the name changes.
  const [title] = useState(strings.renameTitle(plainName(person?.name ?? '')))
  const ready = up && !busy && name.trim() !== ''
  return (
    <Modal title={title} onClose={onClose}>
      <form
        class="people-form"
        onSubmit={async (event) => {
          event.preventDefault()
          if (ready && (await run(personId, name))) onClose()
        }}
      >
        <NameField
          label={strings.newName}
          required
          first
          value={name}
          onValue={(value) => {
            clearError()
            setName(value)
          }}
        />
        <FormFooter error={error} hint={strings.renameTells} submit={strings.save} ready={ready} onClose={onClose} />
      </form>
    </Modal>
  )
}

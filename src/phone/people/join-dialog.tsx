import { useState } from 'preact/hooks'
import type { ChatView } from '../../sandbox/control/view.js'
import { useAction } from '../hooks/use-action.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { personName } from '../store/select.js'
import { joinByQr } from './actions.js'
import { FormFooter } from './form-footer.js'
import { MemberSelect } from './member-select.js'
import { Modal } from './modal.js'
import { outsidersOf } from './outsiders.js'

interface Props {
  chat: ChatView
  onClose(): void
  /** Called with a confirmation message when the person has joined. */
  onDone(text: string): void
}

/** Dialog in which a person scans the QR code of a group. */
export function JoinDialog({ chat, onClose, onDone }: Props) {
  const strings = useStrings()
  const up = useStore((state) => state.link.up)
  const people = useStore((state) => state.people)
  const outsiders = outsidersOf(chat, people)
  const members = (chat.members ?? []).map(({ id }) => id)
  const [person, setPerson] = useState(outsiders[0] ?? '')
  const [by, setBy] = useState(chat.ownerId ?? '')
  const { run, busy, error } = useAction(joinByQr)
  return (
    <Modal title={strings.joinTitle(chat.name)} onClose={onClose}>
      <form
        class="people-form"
        onSubmit={async (event) => {
          event.preventDefault()
          if (!up || busy || !(await run(chat.id, person, by))) return
          onClose()
          onDone(strings.joined(personName(people[person], person), chat.name))
        }}
      >
        {outsiders.length === 0 ? (
          <p class="quiet">{strings.everybodyIsIn}</p>
        ) : (
          <>
            <MemberSelect label={strings.joinWho} ids={outsiders} value={person} onValue={setPerson} first />
            <MemberSelect label={strings.joinCodeOf} ids={members} value={by} onValue={setBy} />
          </>
        )}
        <FormFooter
          error={error}
          hint={strings.joinTells}
          submit={strings.joinIt}
          ready={up && !busy && outsiders.length > 0}
          onClose={onClose}
        />
      </form>
    </Modal>
  )
}

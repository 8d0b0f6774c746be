import type { RefObject } from 'preact'
import { useState } from 'preact/hooks'
import { openChat, requestFriend } from '../client.js'
import { KindForm } from '../compose/kind-form.js'
import { useFormPlace } from '../compose/use-form-place.js'
import { useStrings } from '../hooks/use-strings.js'

/** Dialog that sends a friend request from a person who is not a friend. */
export function AskDialog({ dialogRef }: { dialogRef: RefObject<HTMLDialogElement | null> }) {
  const strings = useStrings()
  const place = useFormPlace('', '')
  // A new key resets the form each time the dialog is closed.
  const [closeCount, setCloseCount] = useState(0)
  return (
    <dialog
      ref={dialogRef}
      class="dialog ask-dialog"
      aria-label={strings.askFriendTitle}
      onClose={() => setCloseCount(closeCount + 1)}
    >
      <KindForm
        key={closeCount}
        kind="friendRequest"
        place={place}
        say={() => Promise.resolve()}
        ask={async (id, greeting) => {
          await requestFriend(id, greeting)
          openChat(id)
        }}
        onDone={() => dialogRef.current?.close()}
        onCancel={() => dialogRef.current?.close()}
      />
    </dialog>
  )
}

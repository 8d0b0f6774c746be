import type { RefObject } from 'preact'
import { useState } from 'preact/hooks'
import { openChat, requestFriend } from '../client.js'
import { KindForm } from '../compose/kind-form.js'
import { useFormPlace } from '../compose/use-form-place.js'
import { useStrings } from '../hooks/use-strings.js'

/** Somebody who is no friend asks to become one. */
export function AskDialog({ dialogRef }: { dialogRef: RefObject<HTMLDialogElement | null> }) {
  const strings = useStrings()
  const place = useFormPlace('', '')
  // A form opened again starts anew.
  const [times, setTimes] = useState(0)
  return (
    <dialog
      ref={dialogRef}
      class="dialog ask-dialog"
      aria-label={strings.askFriendTitle}
      onClose={() => setTimes(times + 1)}
    >
      <KindForm
        key={times}
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

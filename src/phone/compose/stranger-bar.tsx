import { useState } from 'preact/hooks'
import type { ChatView } from '../../sandbox/control/view.js'
import { requestFriend } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'
import { isOffline } from '../store/select.js'
import { KindForm } from './kind-form.js'
import { KindPopup } from './kind-popup.js'
import { useFormPlace } from './use-form-place.js'

/** Replaces the composer for a person who is not a friend; sends a friend request. */
export function StrangerBar({ chat, onSent }: { chat: ChatView; onSent: () => void }) {
  const strings = useStrings()
  const offline = useStore(isOffline)
  const place = useFormPlace(chat.id, chat.id)
  const [open, setOpen] = useState(false)
  const close = () => setOpen(false)
  return (
    <section class="composer stranger" aria-label={strings.askFriend}>
      <p>{strings.strangerText(chat.name)}</p>
      <button type="button" class="button primary" disabled={offline} onClick={() => setOpen(!open)}>
        <Icon name="addFriend" size={18} />
        {strings.askFriend}
      </button>
      {open && (
        <KindPopup label={strings.kindRequest} close={close}>
          <KindForm
            kind="friendRequest"
            place={place}
            say={() => Promise.resolve()}
            ask={requestFriend}
            onDone={() => {
              close()
              onSent()
            }}
            onCancel={close}
          />
        </KindPopup>
      )}
    </section>
  )
}

import { useContext } from 'preact/hooks'
import type { ChatView } from '../../sandbox/control/view.js'
import { useAction } from '../hooks/use-action.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'
import { openOnPhone } from '../people/actions.js'
import { ChatMenuContext } from '../people/chat-menu-context.js'

/** What can be done to a contact in order to watch its details change. */
export function DetailsActions({ chat }: { chat: ChatView }) {
  const strings = useStrings()
  const up = useStore((state) => state.link.up)
  const isContact = useStore((state) => chat.kind === 'group' || state.people[chat.id]?.isContact === true)
  const { rename } = useContext(ChatMenuContext)
  const { run, busy, error } = useAction(openOnPhone)
  return (
    <>
      <div class="details-actions">
        {isContact && (
          <button type="button" class="button small" disabled={!up || busy} onClick={() => void run(chat.id)}>
            <Icon name="phone" size={16} />
            {strings.detailsOpen}
          </button>
        )}
        {chat.kind !== 'builtin' && (
          <button type="button" class="button small" disabled={!up} onClick={() => rename(chat.id)}>
            <Icon name="pencil" size={16} />
            {chat.kind === 'group' ? strings.renameGroup : strings.rename}
          </button>
        )}
      </div>
      {error && (
        <p class="problem" role="alert">
          {strings.failed(error)}
        </p>
      )}
    </>
  )
}

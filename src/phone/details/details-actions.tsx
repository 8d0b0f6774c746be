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
  const { rename, showMembers, showJoin } = useContext(ChatMenuContext)
  const { run, busy, error } = useAction(openOnPhone)
  return (
    <>
      <div class="details-actions">
        {chat.kind === 'group' && (
          <>
            <button type="button" class="button small primary" disabled={!up} onClick={() => showMembers(chat.id)}>
              <Icon name="addFriend" size={16} />
              {strings.detailsAdd}
            </button>
            <button type="button" class="button small" disabled={!up} onClick={() => showJoin(chat.id)}>
              <Icon name="qr" size={16} />
              {strings.detailsJoin}
            </button>
          </>
        )}
        {isContact && (
          <button type="button" class="button small" disabled={!up || busy} onClick={() => void run(chat.id)}>
            <Icon name="phone" size={16} />
            {strings.detailsOpen}
          </button>
        )}
        {chat.kind !== 'builtin' && chat.kind !== 'group' && (
          <button type="button" class="button small" disabled={!up} onClick={() => rename(chat.id)}>
            <Icon name="pencil" size={16} />
            {strings.rename}
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

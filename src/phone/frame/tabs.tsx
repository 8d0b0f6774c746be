import { openChat, store } from '../client.js'
import { FaultButton } from '../faults/fault-button.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { WireButton } from '../inspector/wire-button.js'
import { Badge } from '../list/badge.js'
import { Icon } from '../parts/icon.js'
import { chatsOf, unreadTotal } from '../store/select.js'

/** Page tabs at the bottom of a narrow screen. */
export function Tabs() {
  const strings = useStrings()
  // The inspector covers the page.
  const page = useStore((state) => (state.inspector === undefined ? state.page : undefined))
  const unread = useStore((state) => unreadTotal(chatsOf(state.chats, 'web')))
  return (
    <nav class="tabs" aria-label={strings.railName}>
      {(['chats', 'people'] as const).map((name) => (
        <button
          key={name}
          type="button"
          class={page === name ? 'tab current' : 'tab'}
          aria-current={page === name ? 'page' : undefined}
          onClick={() => {
            openChat(undefined)
            store.change({ type: 'inspector', inspector: undefined })
            store.change({ type: 'page', page: name })
          }}
        >
          <Icon name={name} size={22} />
          {strings[name]}
          {name === 'chats' && <Badge count={unread} />}
        </button>
      ))}
      <WireButton place="tab" />
      <FaultButton place="tab" />
    </nav>
  )
}

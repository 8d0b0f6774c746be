import { openChat, say, store } from '../client.js'
import { useAction } from '../hooks/use-action.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Empty } from '../parts/empty.js'
import { Icon } from '../parts/icon.js'

/** Placeholder while no chat is open: a hint and one action. */
export function NothingOpen() {
  const strings = useStrings()
  const friend = useStore(({ chats }) => chats.find((chat) => chat.kind === 'friend'))
  const up = useStore((state) => state.link.up)
  const { run, busy, error } = useAction(async (chatId: string) => {
    await say(chatId, chatId, { text: strings.hello, mentions: [] })
    store.change({ type: 'page', page: 'chats' })
    openChat(chatId)
  })
  return (
    <main class="conversation nothing" id="conversation">
      <Empty title={strings.emptyTitle} text={strings.emptyText}>
        {friend && (
          <button type="button" class="button primary" disabled={!up || busy} onClick={() => void run(friend.id)}>
            <Icon name="chats" size={18} />
            {strings.sayHello(friend.name)}
          </button>
        )}
        {error && (
          <p class="problem" role="alert">
            {strings.notSent(error)}
          </p>
        )}
      </Empty>
    </main>
  )
}

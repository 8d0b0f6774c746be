import { useState } from 'preact/hooks'
import type { ChatView } from '../../sandbox/control/view.js'
import { AwayNotice } from '../clawbot/away-notice.js'
import { Composer } from '../compose/composer.js'
import { StrangerBar } from '../compose/stranger-bar.js'
import type { OpenTool } from '../compose/tools.js'
import { useTray } from '../compose/use-tray.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Viewer } from '../kinds/viewer.js'
import { type Viewed, ViewerContext } from '../kinds/viewer-context.js'
import { isOffline } from '../store/select.js'
import { ChatHead } from './chat-head.js'
import { MessageLog } from './message-log.js'
import { SearchBar } from './search-bar.js'
import { useChatSearch } from './use-chat-search.js'
import { useDrop } from './use-drop.js'
import { useReading } from './use-reading.js'

/** The third column: a chat's header, messages and composer. */
export function Conversation({ chat }: { chat: ChatView }) {
  const strings = useStrings()
  const isStranger = useStore(({ people }) => chat.kind === 'friend' && people[chat.id]?.isContact === false)
  const offline = useStore(isOffline)
  // Number of messages sent from this page; each increment scrolls the log to the end.
  const [sent, setSent] = useState(0)
  const [tool, setTool] = useState<OpenTool>()
  const [viewed, setViewed] = useState<Viewed>()
  const tray = useTray()
  const search = useChatSearch(chat.id)
  const { over, handlers } = useDrop(isStranger || offline ? undefined : tray.add)
  const onSent = () => setSent((count) => count + 1)
  useReading(chat)
  return (
    <main class="conversation" id="conversation" aria-label={chat.name} {...handlers}>
      <ChatHead chat={chat} onSearch={search.open} />
      {search.isOpen && <SearchBar search={search} />}
      <ViewerContext.Provider value={setViewed}>
        <MessageLog
          chat={chat}
          sent={sent}
          found={search.found}
          onQuote={isStranger ? undefined : (quoted, selected) => setTool({ kind: 'quote', quoted, selected })}
        />
      </ViewerContext.Provider>
      {chat.kind === 'clawbot' && <AwayNotice />}
      {isStranger ? (
        <StrangerBar chat={chat} onSent={onSent} />
      ) : (
        <Composer chat={chat} tray={tray} tool={tool} setTool={setTool} onSent={onSent} />
      )}
      {over && <p class="drop-here">{strings.dropHere}</p>}
      {viewed && <Viewer viewed={viewed} close={() => setViewed(undefined)} />}
    </main>
  )
}

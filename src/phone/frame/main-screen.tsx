import { useRef } from 'preact/hooks'
import { Conversation } from '../chat/conversation.js'
import { NothingOpen } from '../chat/nothing-open.js'
import { openChat, store } from '../client.js'
import { useKeys } from '../hooks/use-keys.js'
import { useNarrow } from '../hooks/use-narrow.js'
import { useStore } from '../hooks/use-store.js'
import { Inspector } from '../inspector/inspector.js'
import { ListColumn } from '../list/list-column.js'
import { ChatMenuHost } from '../people/chat-menu-host.js'
import { chatOf, chatsOf } from '../store/select.js'
import { Announcer } from './announcer.js'
import { Banner } from './banner.js'
import { HelpDialog } from './help-dialog.js'
import { Rail } from './rail.js'
import { SkipLink } from './skip-link.js'
import { Tabs } from './tabs.js'

/** The rail, the list and the conversation, with the fault panel as a fourth column. */
export function MainScreen() {
  const account = useStore((state) => state.account)
  const open = useStore((state) => state.open)
  const narrow = useNarrow()
  const help = useRef<HTMLDialogElement>(null)
  const search = useRef<HTMLInputElement>(null)
  const showHelp = () => help.current?.showModal()

  useKeys({
    '/': () => search.current?.focus(),
    '?': showHelp,
    'Alt+ArrowUp': () => step(-1),
    'Alt+ArrowDown': () => step(1),
    'Alt+S': () => store.change({ type: 'page', page: store.get().page === 'chats' ? 'people' : 'chats' }),
  })

  return (
    <ChatMenuHost>
      <div class={open === undefined ? 'frame' : 'frame has-chat'}>
        <SkipLink />
        <Banner />
        <Rail onHelp={showHelp} />
        <ListColumn key={account} searchRef={search} onHelp={showHelp} />
        {open !== undefined ? <OpenChat key={`${account} ${open}`} id={open} /> : narrow ? null : <NothingOpen />}
        <Inspector />
        <Tabs />
        <Announcer />
        <HelpDialog dialogRef={help} />
      </div>
    </ChatMenuHost>
  )
}

function OpenChat({ id }: { id: string }) {
  const chats = useStore((state) => state.chats)
  const people = useStore((state) => state.people)
  const chat = chatOf({ chats, people }, id)
  return chat ? <Conversation chat={chat} /> : <NothingOpen />
}

/** Opens the next or the previous chat in the list. */
function step(by: number): void {
  const { open, chats: all } = store.get()
  const chats = chatsOf(all, 'web')
  const at = chats.findIndex((chat) => chat.id === open)
  const next = chats[at < 0 ? 0 : Math.min(Math.max(at + by, 0), chats.length - 1)]
  if (next) openChat(next.id)
}

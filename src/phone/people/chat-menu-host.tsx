import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { store } from '../client.js'
import { useKeys } from '../hooks/use-keys.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { chatOf, shownChat } from '../store/select.js'
import { ChatMenu } from './chat-menu.js'
import { ChatMenuContext, type MenuPlace } from './chat-menu-context.js'
import { GroupDialog } from './group-dialog.js'
import { RenameDialog } from './rename-dialog.js'

const TOAST_MS = 4000

/** Hosts the chat menu, its dialogs, and the toast that confirms an action. */
export function ChatMenuHost({ children }: { children: ComponentChildren }) {
  const strings = useStrings()
  const chats = useStore((state) => state.chats)
  const people = useStore((state) => state.people)
  const [place, setPlace] = useState<MenuPlace>()
  const [dialog, setDialog] = useState<{ id: string; at: 'name' | 'members' }>()
  const [toast, setToast] = useState('')
  const find = (id: string | undefined) => (id === undefined ? undefined : chatOf({ chats, people }, id))
  const menuChat = find(place?.chatId)
  const dialogChat = find(dialog?.id)
  const close = () => setPlace(undefined)
  const show = (id: string, at: 'name' | 'members') => {
    close()
    const kind = find(id)?.kind
    if (kind && kind !== 'builtin' && kind !== 'clawbot') setDialog({ id, at })
  }
  const rename = (id: string) => show(id, 'name')

  useKeys({
    F2: () => {
      const chatId = shownChat(store.get())
      if (chatId !== undefined) rename(chatId)
    },
  })
  useEffect(() => {
    if (!toast) return
    const timer = setTimeout(() => setToast(''), TOAST_MS)
    return () => clearTimeout(timer)
  }, [toast])

  return (
    <ChatMenuContext.Provider value={{ place, open: setPlace, close, rename }}>
      {children}
      {place && menuChat && (
        // A landmark, because the menu is outside the columns of the page.
        <section aria-label={strings.chatMenu(menuChat.name)}>
          <ChatMenu
            key={menuChat.id}
            chat={menuChat}
            place={place}
            close={close}
            onRename={() => rename(menuChat.id)}
            onMembers={() => show(menuChat.id, 'members')}
            onDone={setToast}
          />
        </section>
      )}
      {dialog && dialogChat?.kind === 'group' && (
        <GroupDialog chat={dialogChat} first={dialog.at} onClose={() => setDialog(undefined)} />
      )}
      {dialog && dialogChat && dialogChat.kind !== 'group' && (
        <RenameDialog personId={dialog.id} onClose={() => setDialog(undefined)} />
      )}
      <p class={toast ? 'toast' : 'toast unseen'} role="status">
        {toast}
      </p>
    </ChatMenuContext.Provider>
  )
}

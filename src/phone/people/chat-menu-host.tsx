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
import { JoinDialog } from './join-dialog.js'
import { RenameDialog } from './rename-dialog.js'

const TOAST_MS = 4000
const TOAST_GAP_PX = 12

type DialogPart = 'name' | 'members' | 'join'

/** Hosts the chat menu, its dialogs, and the toast that confirms an action. */
export function ChatMenuHost({ children }: { children: ComponentChildren }) {
  const strings = useStrings()
  const chats = useStore((state) => state.chats)
  const people = useStore((state) => state.people)
  const [place, setPlace] = useState<MenuPlace>()
  const [dialog, setDialog] = useState<{ id: string; at: DialogPart }>()
  const [toast, setToast] = useState('')
  const find = (id: string | undefined) => (id === undefined ? undefined : chatOf({ chats, people }, id))
  const menuChat = find(place?.chatId)
  const dialogChat = find(dialog?.id)
  const close = () => setPlace(undefined)
  const show = (id: string, at: DialogPart) => {
    close()
    const kind = find(id)?.kind
    if (kind && kind !== 'builtin' && kind !== 'clawbot') setDialog({ id, at })
  }
  const rename = (id: string) => show(id, 'name')
  const showMembers = (id: string) => show(id, 'members')
  const showJoin = (id: string) => show(id, 'join')
  const closeDialog = () => setDialog(undefined)

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
    <ChatMenuContext.Provider value={{ place, open: setPlace, close, rename, showMembers, showJoin }}>
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
            onMembers={() => showMembers(menuChat.id)}
            onDone={setToast}
          />
        </section>
      )}
      {dialog && dialogChat?.kind === 'group' && dialog.at !== 'join' && (
        <GroupDialog chat={dialogChat} first={dialog.at} onClose={closeDialog} />
      )}
      {dialog && dialogChat?.kind === 'group' && dialog.at === 'join' && (
        <JoinDialog chat={dialogChat} onClose={closeDialog} onDone={setToast} />
      )}
      {dialog && dialogChat && dialogChat.kind !== 'group' && (
        <RenameDialog personId={dialog.id} onClose={closeDialog} />
      )}
      <p class={toast ? 'toast' : 'toast unseen'} role="status" style={{ bottom: toast ? aboveComposer() : undefined }}>
        {toast}
      </p>
    </ChatMenuContext.Provider>
  )
}

/** The distance from the bottom of the window at which a toast does not cover the composer, if there is one. */
function aboveComposer(): string | undefined {
  const composer = document.querySelector('.composer')
  if (!composer?.checkVisibility()) return undefined
  return `${innerHeight - composer.getBoundingClientRect().top + TOAST_GAP_PX}px`
}

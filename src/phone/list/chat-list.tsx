import { useEffect } from 'preact/hooks'
import { loadThreads, openChat } from '../client.js'
import { useNow } from '../hooks/use-now.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { rowTime } from '../i18n/time.js'
import { wire } from '../inspector/wire-store.js'
import { useRowMenu } from '../people/use-row-menu.js'
import { speakerName } from '../store/select.js'
import { previewText } from '../text/message-strings.js'
import { findMessages, matchesChat } from '../text/search.js'
import { ChatRow } from './chat-row.js'
import { type Filter, passesFilter } from './filter.js'
import { NothingFound } from './nothing-found.js'

/** The chats that pass the filter and match the search, followed by matching messages. */
export function ChatList({ query, filter, onClear }: { query: string; filter: Filter; onClear: () => void }) {
  const strings = useStrings()
  const lang = useStore((state) => state.lang)
  const chats = useStore((state) => state.chats)
  const people = useStore((state) => state.people)
  const threads = useStore((state) => state.threads)
  const open = useStore((state) => state.open)
  const now = useNow(30_000)
  const menu = useRowMenu()

  const worldId = useStore((state) => state.worldId)
  const isSearching = query !== ''
  // Also when another sandbox has taken the place of this one, or a chat has been added.
  useEffect(() => {
    if (isSearching) loadThreads()
  }, [isSearching, worldId, chats.length])

  const shown = chats.filter((chat) => passesFilter(chat, filter) && matchesChat(chat, query, people))
  const messages = findMessages(threads, query).filter((message) =>
    chats.some((chat) => chat.id === message.chatId && passesFilter(chat, filter)),
  )
  const stop = shown.some((chat) => chat.id === open) ? open : shown[0]?.id
  const pinnedEnd = shown.findLastIndex((chat) => chat.pinned)

  if (shown.length === 0 && messages.length === 0) return <NothingFound searched={isSearching} onClear={onClear} />
  return (
    <div class="rows" role="listbox" aria-label={strings.listName} tabIndex={-1} {...menu}>
      {shown.map((chat, index) => (
        <>
          <ChatRow key={chat.id} chat={chat} current={chat.id === open} stop={chat.id === stop} now={now} />
          {index === pinnedEnd && index < shown.length - 1 && (
            <div key="line" class="pinned-line" role="presentation" />
          )}
        </>
      ))}
      {messages.length > 0 && (
        <div class="rows-title" role="presentation">
          {strings.messages}
        </div>
      )}
      {messages.map((message) => {
        const chat = chats.find(({ id }) => id === message.chatId)
        return (
          chat && (
            <button
              key={`m${message.id}`}
              type="button"
              role="option"
              aria-selected="false"
              class="row found"
              tabIndex={-1}
              onClick={() => {
                openChat(chat.id)
                // The conversation scrolls to what is selected.
                wire.change({ type: 'join', joined: { kind: 'message', id: message.id } })
              }}
            >
              <span class="row-text">
                <span class="row-line">
                  <span class="row-name">{chat.name}</span>
                  <time class="row-time">{rowTime(message.at, now, lang)}</time>
                </span>
                <span class="row-preview">
                  {message.speaker && `${speakerName(chat, message.speaker, people)}: `}
                  {previewText(message, strings)}
                </span>
              </span>
            </button>
          )
        )
      })}
    </div>
  )
}

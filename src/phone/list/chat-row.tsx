import { useEffect, useRef } from 'preact/hooks'
import type { ChatView } from '../../sandbox/control/view.js'
import { openChat } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { rowTime } from '../i18n/time.js'
import { ChatAvatar } from '../parts/avatar.js'
import { Icon } from '../parts/icon.js'
import { RowMore } from '../people/row-more.js'
import { draftOf } from '../store/select.js'
import { Badge } from './badge.js'
import { previewOf } from './preview.js'

interface Props {
  chat: ChatView
  current: boolean
  /** Whether the row is the list's Tab stop. */
  stop: boolean
  now: number
}

/** A chat in the chat list. */
export function ChatRow({ chat, current, stop, now }: Props) {
  const strings = useStrings()
  const lang = useStore((state) => state.lang)
  const people = useStore((state) => state.people)
  const owner = useStore((state) => state.owner)
  const drafted = useStore((state) => draftOf(state, chat))
  const draft = current ? '' : drafted
  const ref = useRef<HTMLButtonElement>(null)
  // Keys, links and a reload open chats that are out of view.
  useEffect(() => {
    if (current) ref.current?.scrollIntoView({ block: 'nearest' })
  }, [current])
  const time = chat.last ? rowTime(chat.last.at, now, lang) : ''
  const status = [
    chat.unread > 0 && strings.unread(chat.unread),
    chat.mentioned && strings.someoneMentions,
    chat.pinned && strings.pinned,
    chat.muted && strings.muted,
  ]
  return (
    <button
      ref={ref}
      type="button"
      role="option"
      class={current ? 'row current' : 'row'}
      aria-selected={current}
      data-chat={chat.id}
      tabIndex={stop ? 0 : -1}
      onClick={() => openChat(chat.id)}
    >
      <ChatAvatar chat={chat} people={people} size={40} />
      <span class="row-text">
        <span class="row-line">
          <span class="row-name">{chat.name}</span>
          <span class="unseen">{status.map((part) => part && strings.comma + part)}</span>
          <time class="row-time">{time}</time>
        </span>
        <span class="row-line">
          <span class="row-preview">
            {draft ? (
              <span class="call">{strings.draft} </span>
            ) : (
              chat.mentioned && <span class="call">{strings.mentioned} </span>
            )}
            {draft || previewOf(chat, owner, people, strings)}
          </span>
          {chat.muted && chat.unread === 0 && <Icon name="muted" size={14} />}
          <Badge count={chat.unread} muted={chat.muted} />
        </span>
      </span>
      <RowMore />
    </button>
  )
}

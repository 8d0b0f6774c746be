import { useLayoutEffect, useState } from 'preact/hooks'
import type { ChatView } from '../../sandbox/control/view.js'
import { openChat, store } from '../client.js'
import { moveItems } from '../hooks/move-rows.js'
import { useAction } from '../hooks/use-action.js'
import { usePopup } from '../hooks/use-popup.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { KeyHint } from '../parts/key-hint.js'
import { MenuItem } from '../parts/menu-item.js'
import { openOnPhone, unfriend } from './actions.js'
import type { MenuPlace } from './chat-menu-context.js'

const EDGE_PX = 8

interface Props {
  chat: ChatView
  place: MenuPlace
  close(): void
  onRename(): void
  onMembers(): void
  /** Called with a confirmation message when an action has succeeded. */
  onDone(text: string): void
}

/** The menu of a chat: actions by the account's owner, the person or the group members. */
export function ChatMenu({ chat, place, close, onRename, onMembers, onDone }: Props) {
  const strings = useStrings()
  const up = useStore((state) => state.link.up)
  const isOwner = useStore((state) => state.owner === chat.id)
  const isContact = useStore((state) => chat.kind === 'group' || state.people[chat.id]?.isContact === true)
  const [confirming, setConfirming] = useState(false)
  const ref = usePopup(true, close)
  const opening = useAction(openOnPhone)
  const removal = useAction(unfriend)
  // Not used to disable buttons: a disabled button loses focus, and the menu would no longer receive Escape.
  const busy = opening.busy || removal.busy
  const error = opening.error || removal.error
  const isGroup = chat.kind === 'group'
  const canUnfriend = isContact && !isOwner && (chat.kind === 'friend' || chat.kind === 'official')

  useLayoutEffect(() => {
    const { current } = ref
    if (!current) return
    // Near the edge of the page, the measured width would be too small.
    current.style.left = '0'
    const box = current.getBoundingClientRect()
    current.style.left = `${Math.max(EDGE_PX, Math.min(place.x, innerWidth - box.width - EDGE_PX))}px`
    current.style.top = `${Math.max(EDGE_PX, Math.min(place.y, innerHeight - box.height - EDGE_PX))}px`
    if (confirming) current.querySelector<HTMLElement>('[data-keep]')?.focus()
  }, [place, confirming, error, ref])

  if (confirming) {
    return (
      <div
        ref={ref}
        class="menu chat-menu"
        role="alertdialog"
        aria-label={strings.unfriendAsk(chat.name)}
        tabIndex={-1}
      >
        <div class="menu-ask">
          <p>{strings.unfriendAsk(chat.name)}</p>
          <div>
            <button
              type="button"
              class="button small danger"
              disabled={!up}
              onClick={async () => {
                if (busy || !(await removal.run(chat.id))) return
                close()
                onDone(strings.unfriended(chat.name))
              }}
            >
              {strings.unfriendYes}
            </button>
            <button type="button" class="button small" data-keep onClick={close}>
              {strings.unfriendNo}
            </button>
          </div>
          {error && (
            <p class="problem" role="alert">
              {strings.failed(error)}
            </p>
          )}
        </div>
      </div>
    )
  }
  return (
    <div
      ref={ref}
      class="menu chat-menu"
      role="menu"
      aria-label={strings.chatMenu(chat.name)}
      tabIndex={-1}
      onKeyDown={(event) => moveItems(event, 'menuitem')}
      onContextMenu={(event) => event.preventDefault()}
    >
      {!place.inHead && (
        <MenuItem
          icon="chats"
          onClick={() => {
            close()
            openChat(chat.id)
            store.change({ type: 'page', page: 'chats' })
          }}
        >
          {strings.openIt}
        </MenuItem>
      )}
      <MenuItem
        icon="card"
        onClick={() => {
          close()
          if (store.get().open !== chat.id) openChat(chat.id)
          store.change({ type: 'inspector', inspector: 'details' })
        }}
      >
        {strings.showDetails}
      </MenuItem>
      {isContact && (
        <MenuItem
          icon="phone"
          disabled={!up}
          onClick={async () => {
            if (busy || !(await opening.run(chat.id))) return
            close()
            onDone(strings.openedOnPhone(chat.name))
          }}
        >
          {strings.openOnPhone}
        </MenuItem>
      )}
      {chat.kind !== 'builtin' && (
        <MenuItem icon="pencil" disabled={!up} onClick={onRename}>
          {isGroup ? strings.renameGroup : strings.rename}
          <KeyHint>F2</KeyHint>
        </MenuItem>
      )}
      {isGroup && (
        <MenuItem icon="people" disabled={!up} onClick={onMembers}>
          {strings.groupMembers}
        </MenuItem>
      )}
      {error && (
        <p class="problem" role="alert">
          {strings.failed(error)}
        </p>
      )}
      {canUnfriend && (
        <MenuItem
          icon="unfriend"
          isDangerous
          disabled={!up}
          onClick={() => {
            if (busy) return
            opening.clearError()
            setConfirming(true)
          }}
        >
          {chat.kind === 'official' ? strings.unfollow : strings.unfriend}
        </MenuItem>
      )}
    </div>
  )
}

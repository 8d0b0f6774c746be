import { useLayoutEffect } from 'preact/hooks'
import { CLAWBOT, type MessageView } from '../../sandbox/control/view.js'
import { recall, store } from '../client.js'
import { copyText } from '../hooks/copy-text.js'
import { moveItems } from '../hooks/move-rows.js'
import { useAction } from '../hooks/use-action.js'
import { useNow } from '../hooks/use-now.js'
import { usePopup } from '../hooks/use-popup.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { showRequestsOf } from '../inspector/wire-store.js'
import { MenuItem } from '../parts/menu-item.js'
import { mayRecall } from './may-recall.js'
import type { OpenMenu } from './use-message-menu.js'

const EDGE_PX = 8

interface Props {
  menu: OpenMenu
  close(): void
  onQuote: ((message: MessageView, selected: string) => void) | undefined
}

/** Actions for a message: recall it as its speaker, quote it, copy its text, show its requests. */
export function MessageMenu({ menu, close, onQuote }: Props) {
  const strings = useStrings()
  const up = useStore((state) => state.link.up)
  const now = useNow(5000)
  const { run, busy, error } = useAction(recall)
  const ref = usePopup(true, close)
  const { message, x, y } = menu
  const selected = message.chatId === CLAWBOT ? menu.selected : ''
  const recallable = mayRecall(message, now)

  useLayoutEffect(() => {
    const { current } = ref
    if (!current) return
    const box = current.getBoundingClientRect()
    current.style.left = `${Math.max(EDGE_PX, Math.min(x, innerWidth - box.width - EDGE_PX))}px`
    current.style.top = `${Math.max(EDGE_PX, Math.min(y, innerHeight - box.height - EDGE_PX))}px`
  }, [x, y, ref])

  return (
    <div
      ref={ref}
      class="menu message-menu"
      role="menu"
      aria-label={strings.messageMenu}
      tabIndex={-1}
      onKeyDown={(event) => moveItems(event, 'menuitem')}
      onContextMenu={(event) => event.preventDefault()}
    >
      {recallable !== 'no' && (
        <MenuItem
          icon="undo"
          disabled={recallable === 'late' || busy || !up}
          onClick={async () => {
            if (await run(message.id)) close()
          }}
        >
          {strings.recall}
          {recallable === 'late' && <span class="menu-more">{strings.recallTooLate}</span>}
        </MenuItem>
      )}
      {onQuote && (
        <MenuItem
          icon="quote"
          disabled={!up}
          onClick={() => {
            close()
            onQuote(message, selected)
          }}
        >
          {selected ? strings.quoteSelected : strings.quoteIt}
        </MenuItem>
      )}
      {message.text && (
        <MenuItem
          icon="copy"
          onClick={() => {
            close()
            void copyText(selected || message.text)
          }}
        >
          {strings.copyText}
        </MenuItem>
      )}
      <MenuItem
        icon="wire"
        onClick={() => {
          close()
          showRequestsOf(message.id)
          store.change({ type: 'inspector', inspector: 'wire' })
        }}
      >
        {strings.showRequests}
      </MenuItem>
      {error && (
        <p class="problem" role="alert">
          {strings.failed(error)}
        </p>
      )}
    </div>
  )
}

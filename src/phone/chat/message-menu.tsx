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
import { Icon } from '../parts/icon.js'
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
        <button
          type="button"
          role="menuitem"
          class="menu-row"
          disabled={recallable === 'late' || busy || !up}
          onClick={async () => {
            if (await run(message.id)) close()
          }}
        >
          <Icon name="undo" size={16} />
          {strings.recall}
          {recallable === 'late' && <span class="menu-more">{strings.recallTooLate}</span>}
        </button>
      )}
      {onQuote && (
        <button
          type="button"
          role="menuitem"
          class="menu-row"
          disabled={!up}
          onClick={() => {
            close()
            onQuote(message, selected)
          }}
        >
          <Icon name="quote" size={16} />
          {selected ? strings.quoteSelected : strings.quoteIt}
        </button>
      )}
      {message.text && (
        <button
          type="button"
          role="menuitem"
          class="menu-row"
          onClick={() => {
            close()
            void copyText(selected || message.text)
          }}
        >
          <Icon name="copy" size={16} />
          {strings.copyText}
        </button>
      )}
      <button
        type="button"
        role="menuitem"
        class="menu-row"
        onClick={() => {
          close()
          showRequestsOf(message.id)
          store.change({ type: 'inspector', inspector: 'wire' })
        }}
      >
        <Icon name="wire" size={16} />
        {strings.showRequests}
      </button>
      {error && (
        <p class="problem" role="alert">
          {strings.failed(error)}
        </p>
      )}
    </div>
  )
}

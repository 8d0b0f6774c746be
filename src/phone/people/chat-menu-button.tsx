import { useContext } from 'preact/hooks'
import type { ChatView } from '../../sandbox/control/view.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'
import { ChatMenuContext } from './chat-menu-context.js'

/** Opens the chat's menu from the conversation header. */
export function ChatMenuButton({ chat }: { chat: ChatView }) {
  const strings = useStrings()
  const { place, open, close } = useContext(ChatMenuContext)
  const isOpen = place?.inHead === true && place.chatId === chat.id
  return (
    <button
      type="button"
      class="icon-button chat-more"
      aria-label={strings.chatMenu(chat.name)}
      title={strings.more}
      aria-haspopup="menu"
      aria-expanded={isOpen}
      onClick={(event) => {
        if (isOpen) return close()
        const box = event.currentTarget.getBoundingClientRect()
        open({ chatId: chat.id, x: box.right, y: box.bottom + 4, inHead: true })
      }}
    >
      <Icon name="more" />
    </button>
  )
}

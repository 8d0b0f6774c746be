import type { MessageView } from '../../sandbox/control/view.js'
import { useWords } from '../hooks/use-words.js'
import { Icon } from '../parts/icon.js'

/** Whether the account spoke from its phone or through the program, and how fast that answered. */
export function OwnTag({ message }: { message: MessageView }) {
  const words = useWords()
  if (message.origin === 'phone') {
    return (
      <span class="own-tag phone-tag">
        <Icon name="phone" size={13} />
        {words.phone}
      </span>
    )
  }
  return (
    <span class="own-tag bot-tag">
      <Icon name="bot" size={13} />
      {message.replyMs === undefined ? words.bot : words.replyTime(message.replyMs)}
    </span>
  )
}

import type { MessageView } from '../../sandbox/control/view.js'
import { useStrings } from '../hooks/use-strings.js'
import { duration } from '../i18n/time.js'
import { Icon } from '../parts/icon.js'

/** Shows whether the account sent a message from its phone or through the bot, and the bot's reply time. */
export function OwnTag({ message }: { message: MessageView }) {
  const strings = useStrings()
  if (message.origin === 'phone') {
    return (
      <span class="own-tag phone-tag">
        <Icon name="phone" size={13} />
        {strings.phone}
      </span>
    )
  }
  return (
    <span class="own-tag bot-tag">
      <Icon name="bot" size={13} />
      {message.replyMs === undefined ? strings.bot : strings.replyTime(duration(message.replyMs))}
    </span>
  )
}

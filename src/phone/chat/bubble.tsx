import { CLAWBOT, type MessageView, type RefusedView } from '../../sandbox/control/view.js'
import { useStrings } from '../hooks/use-strings.js'
import { clock } from '../i18n/time.js'
import { KindBody } from '../kinds/kind-body.js'
import { Icon } from '../parts/icon.js'
import { OwnTag } from './own-tag.js'
import { RefusedNote, RetriedNote } from './refused.js'
import { Waiting } from './waiting.js'

const FRESH_MS = 1000

interface Props {
  message: MessageView
  own: boolean
  joined: boolean
  names: readonly string[]
  name: string
  /** Whether to show the speaker's name above the message, as in groups. */
  named: boolean
  unplayed: boolean
  /** Set if the message was refused. */
  refused: RefusedView | undefined
}

/**
 * A message, with its speaker or tag above it. Below it are the text that the bot receives instead, if any, and a mark
 * while delivery is pending.
 */
export function Bubble({ message, own, joined, names, name, named, unplayed, refused }: Props) {
  const strings = useStrings()
  // In the ClawBot chat, only the bot's messages need a tag: the others are all from the phone.
  const tagged = message.chatId === CLAWBOT ? message.replyMs !== undefined : own
  const fresh = message.origin === 'bot' && Date.now() - message.at < FRESH_MS
  return (
    <div class="bubble-column">
      {tagged && !joined && <OwnTag message={message} />}
      {named && !joined && <span class="speaker">{name}</span>}
      <div class={fresh ? 'bubble-place fresh' : 'bubble-place'} title={clock(message.at)}>
        <KindBody message={message} own={own} names={names} name={name} unplayed={unplayed} />
        {!refused && (
          <button
            type="button"
            class="more-button"
            aria-label={strings.more}
            aria-haspopup="menu"
            tabIndex={-1}
            data-menu
          >
            <Icon name="more" size={16} />
          </button>
        )}
      </div>
      {message.sees !== undefined && (
        <span class="sees">
          <Icon name="bot" size={14} />
          {strings.sees(message.sees)}
        </span>
      )}
      {refused ? <RefusedNote refused={refused} /> : <RetriedNote messageId={message.id} />}
      {!message.delivered && <Waiting since={message.at} chatId={message.chatId} />}
    </div>
  )
}

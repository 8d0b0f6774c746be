import type { ChatView } from '../../sandbox/control/view.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { clock, separatorTime } from '../i18n/time.js'
import { useIsJoined } from '../inspector/use-joined.js'
import { Avatar, BotAvatar } from '../parts/avatar.js'
import { isOwn, speakerName } from '../store/select.js'
import { spokenText } from '../text/message-strings.js'
import { Bubble } from './bubble.js'
import { RecalledMessage } from './recalled.js'
import { refusalString } from './refused.js'
import type { MessageRow } from './rows.js'

interface Props {
  row: MessageRow
  chat: ChatView
  /** Names that can be mentioned in the chat. */
  names: readonly string[]
  /** Position in the log, counted from 1. */
  position: number
  count: number
}

/** A message, with the time and the "new messages" line above it if needed. */
export function MessageLine({ row, chat, names, position, count }: Props) {
  const strings = useStrings()
  const lang = useStore((state) => state.lang)
  const people = useStore((state) => state.people)
  const { message, joined, refused } = row
  const isRinged = useIsJoined(message.id)
  const own = isOwn(message, chat)
  const played = useStore((state) => own || message.kind !== 'voice' || state.played.includes(message.id))
  const name = speakerName(chat, message.speaker, people)
  const speaker = people[message.speaker]
  const label = message.recalled
    ? [strings.recalledBy(name)]
    : [name, spokenText(message, strings, played), refused && strings.notSent(refusalString(refused, strings))]
  return (
    <>
      {row.separated && <p class="log-time">{separatorTime(message.at, Date.now(), lang)}</p>}
      {row.newLine && <p class="log-new">{strings.newMessages}</p>}
      <article
        class={[
          'line',
          own && 'own',
          joined && 'joined',
          (message.origin === 'system' || message.recalled) && 'system',
          isRinged && 'ringed',
          refused && 'refused',
        ]
          .filter(Boolean)
          .join(' ')}
        aria-label={[...label, clock(message.at)].filter(Boolean).join(strings.comma)}
        aria-current={isRinged ? 'true' : undefined}
        aria-posinset={position}
        aria-setsize={count}
        tabIndex={-1}
      >
        {message.recalled ? (
          <RecalledMessage message={message} own={own} name={name} speaker={speaker} names={names} />
        ) : message.origin === 'system' ? (
          <p>{message.text}</p>
        ) : (
          <>
            {joined ? (
              <span class="no-avatar" />
            ) : message.speaker === chat.id && chat.kind === 'clawbot' ? (
              <BotAvatar size={36} />
            ) : speaker ? (
              <Avatar person={speaker} size={36} />
            ) : (
              <span class="no-avatar" />
            )}
            <Bubble
              message={message}
              own={own}
              joined={joined}
              names={names}
              name={name}
              named={chat.kind === 'group' && !own}
              unplayed={!played}
              refused={refused}
            />
          </>
        )}
      </article>
    </>
  )
}

import { useEffect, useState } from 'preact/hooks'
import type { MessageView } from '../../sandbox/control/view.js'
import { useStore } from '../hooks/use-store.js'
import { useWords } from '../hooks/use-words.js'
import { Icon } from '../parts/icon.js'
import { RichText } from '../parts/rich-text.js'
import { clock } from '../words/time.js'

const PATIENCE_MS = 1000
const FRESH_MS = 1000

interface Props {
  message: MessageView
  own: boolean
  joined: boolean
  names: readonly string[]
  /** Whoever speaks, where that is not plain. */
  name: string
}

/** A message with its speaker or its tag above, and below it whether it waits for the program. */
export function Bubble({ message, own, joined, names, name }: Props) {
  const fresh = message.origin === 'bot' && Date.now() - message.at < FRESH_MS
  return (
    <div class="bubble-column">
      {own && !joined && <OwnTag message={message} />}
      {!own && !joined && name && <span class="speaker">{name}</span>}
      <div class={fresh ? 'bubble fresh' : 'bubble'} title={clock(message.at)}>
        <RichText text={message.text} names={names} />
      </div>
      {!message.delivered && <Waiting since={message.at} />}
    </div>
  )
}

function OwnTag({ message }: { message: MessageView }) {
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

/** A program that is there gets a moment before the page says that it has not come. */
function Waiting({ since }: { since: number }) {
  const words = useWords()
  const online = useStore((state) => state.login.state === 'online')
  const [patient, setPatient] = useState(() => Date.now() - since < PATIENCE_MS)
  useEffect(() => {
    const timer = setTimeout(() => setPatient(false), Math.max(0, since + PATIENCE_MS - Date.now()))
    return () => clearTimeout(timer)
  }, [since])
  if (online && patient) return null
  return (
    <span class="waiting">
      <Icon name="clock" size={14} />
      {words.waitingForBot}
    </span>
  )
}

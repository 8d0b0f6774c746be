import { useEffect, useState } from 'preact/hooks'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'

const GRACE_MS = 1000

/** Marks an undelivered message. While a bot is connected, the mark appears only after a short delay. */
export function Waiting({ since, chatId }: { since: number; chatId: string }) {
  const strings = useStrings()
  const online = useStore(({ login, clawbot }) =>
    chatId === clawbot.chatId ? clawbot.binding?.online === true : login.state === 'online',
  )
  const [inGrace, setInGrace] = useState(() => Date.now() - since < GRACE_MS)
  useEffect(() => {
    const timer = setTimeout(() => setInGrace(false), Math.max(0, since + GRACE_MS - Date.now()))
    return () => clearTimeout(timer)
  }, [since])
  if (online && inGrace) return null
  return (
    <span class="waiting">
      <Icon name="clock" size={14} />
      {strings.waitingForBot}
    </span>
  )
}

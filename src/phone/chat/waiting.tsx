import { useEffect, useState } from 'preact/hooks'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'

const PATIENCE_MS = 1000

/** A program that is there gets a moment before the page says that it has not come. */
export function Waiting({ since }: { since: number }) {
  const strings = useStrings()
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
      {strings.waitingForBot}
    </span>
  )
}

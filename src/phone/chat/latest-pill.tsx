import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'

/** The way back to the end, with how many came meanwhile. */
export function LatestPill({ count, onPress }: { count: number; onPress: () => void }) {
  const strings = useStrings()
  return (
    <button type="button" class="latest" onClick={onPress}>
      <Icon name="latest" size={16} />
      {count > 0 ? `${strings.latest} · ${count}` : strings.latest}
    </button>
  )
}

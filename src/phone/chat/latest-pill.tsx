import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'

/** Scrolls to the end; shows how many messages have arrived since the user scrolled away from it. */
export function LatestPill({ count, onPress }: { count: number; onPress: () => void }) {
  const strings = useStrings()
  return (
    <button type="button" class="latest" onClick={onPress}>
      <Icon name="latest" size={16} />
      {count > 0 ? `${strings.latest} · ${count}` : strings.latest}
    </button>
  )
}

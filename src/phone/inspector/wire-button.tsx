import { toggleInspector } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'

/** Opens and closes the list of requests. */
export function WireButton({ place }: { place: 'rail-page' | 'tab' }) {
  const strings = useStrings()
  const open = useStore((state) => state.inspector === 'wire')
  return (
    <button
      type="button"
      class={open ? `${place} current` : place}
      aria-expanded={open}
      aria-label={strings.wire}
      title={strings.wire}
      onClick={() => toggleInspector('wire')}
    >
      <Icon name="wire" size={place === 'tab' ? 22 : 20} />
      {place === 'tab' && strings.wire}
    </button>
  )
}

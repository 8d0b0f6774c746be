import { toggleInspector } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'

/** Opens and closes the service panel. */
export function ServiceButton({ place }: { place: 'rail' | 'chat' }) {
  const strings = useStrings()
  const open = useStore((state) => state.inspector === 'service')
  const look = place === 'rail' ? 'rail-page' : 'icon-button chat-more'
  return (
    <button
      type="button"
      class={open ? `${look} current` : look}
      aria-expanded={open}
      aria-label={strings.service}
      title={strings.service}
      onClick={() => toggleInspector('service')}
    >
      <Icon name="sliders" />
    </button>
  )
}

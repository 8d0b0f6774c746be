import { toggleInspector } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'

/** Opens and closes the fault panel; shows the number of armed faults. */
export function FaultButton({ place }: { place: 'rail-page' | 'tab' }) {
  const strings = useStrings()
  const armed = useStore((state) => state.faults.length)
  const open = useStore((state) => state.inspector === 'faults')
  const label = armed > 0 ? strings.faultsCount(armed) : strings.faults
  return (
    <button
      type="button"
      class={`${place} fault-button${open ? ' current' : ''}`}
      aria-expanded={open}
      aria-label={label}
      title={label}
      onClick={() => toggleInspector('faults')}
    >
      <Icon name="fault" size={place === 'tab' ? 22 : 20} />
      {place === 'tab' && strings.faults} {armed > 0 && <span class="fault-count">{armed}</span>}
    </button>
  )
}

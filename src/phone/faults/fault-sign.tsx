import { toggleInspector } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'

/** Banner for armed faults, shown while the fault panel is closed. */
export function FaultSign() {
  const strings = useStrings()
  const armed = useStore((state) => state.faults.length)
  const shown = useStore((state) => state.screens[state.half] === 'main' && state.inspector !== 'faults')
  if (armed === 0 || !shown) return null
  return (
    <div class="banner amber fault-sign">
      <Icon name="fault" size={16} />
      <p>{strings.faultSign(armed)}</p>
      <button type="button" class="button small" onClick={() => toggleInspector('faults')}>
        {strings.faultShow}
      </button>
    </div>
  )
}

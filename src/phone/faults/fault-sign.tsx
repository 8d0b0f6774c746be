import { toggleFaults } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { useWords } from '../hooks/use-words.js'
import { Icon } from '../parts/icon.js'

/** Says above everything that trouble is armed, as long as the panel does not say it. */
export function FaultSign() {
  const words = useWords()
  const armed = useStore((state) => state.faults.length)
  const shown = useStore((state) => state.screen === 'main' && !state.inspecting)
  if (armed === 0 || !shown) return null
  return (
    <div class="banner amber fault-sign">
      <Icon name="fault" size={16} />
      <p>{words.faultSign(armed)}</p>
      <button type="button" class="button small" onClick={toggleFaults}>
        {words.faultShow}
      </button>
    </div>
  )
}

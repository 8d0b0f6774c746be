import { ServicePanel } from '../clawbot/service-panel.js'
import { store, toggleInspector } from '../client.js'
import { DetailsPanel } from '../details/details-panel.js'
import { FaultPanel } from '../faults/fault-panel.js'
import { useKeys } from '../hooks/use-keys.js'
import { useStore } from '../hooks/use-store.js'
import { panelOfDigit } from './inspector-head.js'
import { WirePanel } from './wire-panel.js'

/** The panel that is open next to the chat, and the keys for it. */
export function Inspector() {
  const panel = useStore((state) => state.inspector)
  const half = useStore((state) => state.half)
  const showTab = (digit: number) => () => {
    const next = panelOfDigit(digit)
    if (next) store.change({ type: 'inspector', inspector: next })
  }
  useKeys({
    i: enterOrToggle,
    '1': showTab(1),
    '2': showTab(2),
    '3': showTab(3),
  })
  switch (panel) {
    case 'wire':
      return <WirePanel />
    case 'faults':
      return <FaultPanel />
    case 'details':
      return half === 'web' ? <DetailsPanel /> : null
    case 'service':
      return half === 'clawbot' ? <ServicePanel /> : null
    default:
      return null
  }
}

/** Moves focus into the open inspector; with focus inside, closes it. */
function enterOrToggle(): void {
  const panel = document.querySelector<HTMLElement>('.inspector')
  if (panel && !panel.contains(document.activeElement)) panel.focus()
  else toggleInspector(store.get().inspector ?? 'wire')
}

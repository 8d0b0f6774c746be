import { useEffect, useRef } from 'preact/hooks'
import { store, toggleInspector } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { StringKey } from '../i18n/strings.js'
import { Icon, type IconName } from '../parts/icon.js'
import type { State } from '../store/state.js'
import { ResizeHandle } from './resize-handle.js'

type Panel = NonNullable<State['inspector']>

const TABS: Readonly<Record<Panel, { icon: IconName; label: StringKey }>> = {
  wire: { icon: 'wire', label: 'wire' },
  faults: { icon: 'fault', label: 'faults' },
  details: { icon: 'card', label: 'details' },
  service: { icon: 'sliders', label: 'service' },
}

const PANELS: Readonly<Record<State['half'], readonly Panel[]>> = {
  web: ['wire', 'faults', 'details'],
  clawbot: ['wire', 'faults', 'service'],
}

/** Set while an arrow key switches the panel: each panel has tabs of its own, and focus must move to them. */
let movesFocus = false

/** The tabs of the inspector, at the top of each of its panels. */
export function InspectorHead({ current }: { current: Panel }) {
  const strings = useStrings()
  const half = useStore((state) => state.half)
  const armed = useStore((state) => state.faults.length)
  const ref = useRef<HTMLButtonElement>(null)
  const panels = PANELS[half]
  useEffect(() => {
    if (movesFocus) ref.current?.focus()
    movesFocus = false
  }, [])

  const select = (panel: Panel | undefined) => {
    if (panel && panel !== current) store.change({ type: 'inspector', inspector: panel })
  }
  return (
    <header class="inspector-head">
      <ResizeHandle />
      <h2 class="unseen">{strings[TABS[current].label]}</h2>
      <div
        role="tablist"
        aria-label={strings.inspectorName}
        onKeyDown={(event) => {
          const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
          if (by === 0) return
          event.preventDefault()
          movesFocus = true
          select(panels[(panels.indexOf(current) + by + panels.length) % panels.length])
        }}
      >
        {panels.map((panel) => {
          const { icon, label } = TABS[panel]
          const isCurrent = panel === current
          return (
            <button
              key={panel}
              ref={isCurrent ? ref : null}
              type="button"
              role="tab"
              class={isCurrent ? 'inspector-tab current' : 'inspector-tab'}
              aria-selected={isCurrent}
              tabIndex={isCurrent ? 0 : -1}
              onClick={() => select(panel)}
            >
              <Icon name={icon} size={16} />
              {strings[label]}
              {panel === 'faults' && armed > 0 && <span class="fault-count">{armed}</span>}
            </button>
          )
        })}
      </div>
      <button
        type="button"
        class="icon-button"
        aria-label={strings.close}
        title={strings.close}
        onClick={() => toggleInspector(current)}
      >
        <Icon name="close" />
      </button>
    </header>
  )
}

/** The panel for a digit key, if the inspector is open and has focus. */
export function panelOfDigit(digit: number): Panel | undefined {
  return document.activeElement?.closest('.inspector') ? PANELS[store.get().half][digit - 1] : undefined
}

import { useState } from 'preact/hooks'
import { addFault, clearFaults, removeFault, toggleInspector } from '../client.js'
import { useAction } from '../hooks/use-action.js'
import { usePanelFocus } from '../hooks/use-panel-focus.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { Strings } from '../i18n/strings.js'
import { InspectorHead } from '../inspector/inspector-head.js'
import { ArmedList } from './armed-list.js'
import { choicesOf, GROUPS, isApplicable, isValidScope, parameterValue, requestOf, type Scope } from './choices.js'
import { CopyCode } from './copy-code.js'
import { FaultChoice } from './fault-choice.js'
import { ScopeForm } from './scope-form.js'
import { Strikes } from './strikes.js'

const HEADS = {
  connection: 'faultGroupConnection',
  reply: 'faultGroupReply',
  delivery: 'faultGroupDelivery',
  session: 'faultGroupSession',
  ilink: 'faultGroupIlink',
} as const satisfies Record<(typeof GROUPS)[number], keyof Strings>

/** Fault injection for the bot: kind, endpoint, frequency, and the armed faults. */
export function FaultPanel() {
  const strings = useStrings()
  const faults = useStore((state) => state.faults)
  const up = useStore((state) => state.link.up)
  const half = useStore((state) => state.half)
  const [scope, setScope] = useState<Scope>({ path: '', times: 'once', count: 3, percent: 10, seed: 42 })
  const { run, error } = useAction((action: () => Promise<void>) => action())
  const ref = usePanelFocus()
  const disabled = !up
  // The pressed button disappears along with its fault, so focus is moved first.
  const disarm = (action: () => Promise<void>) => {
    ref.current?.focus()
    return run(action)
  }
  return (
    <aside
      ref={ref}
      class="inspector faults"
      aria-label={strings.faults}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        toggleInspector('faults')
      }}
    >
      <InspectorHead current="faults" />
      <div class="fault-body">
        <ScopeForm scope={scope} change={setScope} />
        {error && (
          <p class="problem" role="alert">
            {strings.failed(error)}
          </p>
        )}
        <ArmedList faults={faults} disabled={disabled} remove={(id) => disarm(() => removeFault(id))} />
        <Strikes />
        {GROUPS.filter((group) => choicesOf(group, half).length > 0).map((group) => (
          <section key={group} class="fault-group">
            <h3>{strings[HEADS[group]]}</h3>
            <div class="fault-choices">
              {choicesOf(group, half).map((choice) => (
                <FaultChoice
                  key={`${choice.kind} ${choice.value}`}
                  choice={choice}
                  armed={
                    faults.filter(
                      (fault) =>
                        fault.kind === choice.kind &&
                        (choice.value === undefined || parameterValue(fault) === choice.value),
                    ).length
                  }
                  disabled={disabled || !isApplicable(choice.kind, scope) || !isValidScope(scope)}
                  add={(value) => run(() => addFault(requestOf(choice.kind, value, scope)))}
                />
              ))}
            </div>
          </section>
        ))}
      </div>
      <footer>
        <CopyCode faults={faults} />
        <button
          type="button"
          class="button small danger"
          disabled={disabled || faults.length === 0}
          onClick={() => disarm(clearFaults)}
        >
          {strings.faultsClear}
        </button>
      </footer>
    </aside>
  )
}

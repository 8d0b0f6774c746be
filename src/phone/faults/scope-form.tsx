import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { Strings } from '../i18n/strings.js'
import { endpointsOf, type Scope, TIMES } from './choices.js'

const LABELS = {
  once: 'faultOnce',
  next: 'faultNext',
  chance: 'faultChance',
  always: 'faultAlways',
} as const satisfies Record<Scope['times'], keyof Strings>

/** Which requests the next fault applies to, and how often. */
export function ScopeForm({ scope, change }: { scope: Scope; change: (scope: Scope) => void }) {
  const strings = useStrings()
  const half = useStore((state) => state.half)
  const number = (field: 'count' | 'percent' | 'seed', label: string, min: number, max?: number) => (
    <label>
      {label}
      <input
        type="number"
        min={min}
        max={max}
        value={Number.isNaN(scope[field]) ? '' : scope[field]}
        onInput={(event) => change({ ...scope, [field]: event.currentTarget.valueAsNumber })}
      />
    </label>
  )
  return (
    <div class="fault-scope">
      <label class="fault-path">
        <span>{strings.faultPath}</span>
        <select value={scope.path} onChange={(event) => change({ ...scope, path: event.currentTarget.value })}>
          <option value="">{strings.faultPathUsual}</option>
          {endpointsOf('drop', half).map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <fieldset>
        <legend>{strings.faultTimes}</legend>
        <div class="fault-times">
          {TIMES.map((times) => (
            <label key={times}>
              <input
                type="radio"
                name="fault-times"
                checked={scope.times === times}
                onChange={() => change({ ...scope, times })}
              />
              <span>{strings[LABELS[times]]}</span>
            </label>
          ))}
        </div>
      </fieldset>
      {scope.times === 'next' && <div class="fault-numbers">{number('count', strings.faultCount, 1)}</div>}
      {scope.times === 'chance' && (
        <div class="fault-numbers">
          {number('percent', strings.faultPercent, 0, 100)}
          {number('seed', strings.faultSeed, 0)}
        </div>
      )}
    </div>
  )
}

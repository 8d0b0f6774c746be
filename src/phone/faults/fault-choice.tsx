import { useState } from 'preact/hooks'
import { faultRow } from '../../sandbox/control/view.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'
import { type Choice, unitOf } from './choices.js'
import { iconOf } from './fault-icons.js'

interface Props {
  choice: Choice
  disabled: boolean
  /** Number of armed faults for this choice. */
  armed: number
  add(value: number | undefined): void
}

/** Adds a fault of one kind, with an input for its parameter if it has one. */
export function FaultChoice({ choice, disabled, armed, add }: Props) {
  const strings = useStrings()
  const { parameter } = faultRow(choice.kind)
  const [value, setValue] = useState(choice.value ?? parameter?.default ?? 0)
  const name = strings[choice.labelKey]
  const hasInput = parameter !== undefined && choice.value === undefined
  const invalid = hasInput && !(Number.isSafeInteger(value) && value >= parameter.min && value <= parameter.max)
  return (
    <div class={armed > 0 ? 'fault-choice armed' : 'fault-choice'}>
      <button
        type="button"
        aria-pressed={armed > 0}
        disabled={disabled || invalid}
        onClick={() => add(parameter ? value : undefined)}
      >
        <Icon name={iconOf(choice)} size={16} />
        <span>{name}</span>
        {choice.value !== undefined && <code>{choice.value}</code>}
      </button>
      {hasInput && (
        <label>
          <input
            type="number"
            aria-label={strings.faultUnit(name, parameter.name)}
            aria-invalid={invalid}
            min={parameter.min}
            max={parameter.max}
            value={Number.isNaN(value) ? '' : value}
            onInput={(event) => setValue(event.currentTarget.valueAsNumber)}
          />
          {unitOf(choice.kind)}
        </label>
      )}
    </div>
  )
}

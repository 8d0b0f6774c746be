import { Icon, type IconName } from '../parts/icon.js'

interface Props {
  icon: IconName
  name: string
  disabled: boolean
  /** For a switch: whether it is on. */
  pressed?: boolean
  press(): void
  /** The input for the action's parameter. */
  field?: {
    value: string
    label: string
    isNumber?: boolean
    onValue(value: string): void
  }
}

/** An action of the service, with an input for its parameter if it has one. */
export function ServiceChoice({ icon, name, disabled, pressed, press, field }: Props) {
  return (
    <div class={['fault-choice', pressed && 'armed', field && !field.isNumber && 'wide'].filter(Boolean).join(' ')}>
      <button type="button" aria-pressed={pressed} disabled={disabled} onClick={press}>
        <Icon name={icon} size={16} />
        <span>{name}</span>
      </button>
      {field && (
        <label>
          <input
            type="text"
            inputMode={field.isNumber ? 'numeric' : 'text'}
            class={field.isNumber ? 'short' : undefined}
            aria-label={field.label}
            placeholder={field.isNumber ? undefined : field.label}
            autocomplete="off"
            spellcheck={false}
            value={field.value}
            onInput={(event) => field.onValue(event.currentTarget.value)}
          />
        </label>
      )}
    </div>
  )
}

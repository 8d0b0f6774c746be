import { useId } from 'preact/hooks'

/** Maximum name length accepted by the sandbox. */
const NAME_LENGTH = 100

interface Props {
  label: string
  value: string
  onValue(value: string): void
  required?: boolean
  /** Receives focus when its dialog opens. */
  first?: boolean
}

/** Text field for a name. */
export function NameField({ label, value, onValue, required = false, first = false }: Props) {
  const id = useId()
  return (
    <div class="field">
      <label class="field-word" for={id}>
        {label}
      </label>
      <input
        id={id}
        type="text"
        autocomplete="off"
        maxLength={NAME_LENGTH}
        required={required}
        data-first={first || undefined}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    </div>
  )
}

import { useId } from 'preact/hooks'
import { useStore } from '../hooks/use-store.js'
import { personName } from '../store/select.js'

interface Props {
  label: string
  /** Person ids. */
  ids: readonly string[]
  value: string
  onValue(id: string): void
  first?: boolean
}

/** Selects a person. */
export function MemberSelect({ label, ids, value, onValue, first = false }: Props) {
  const id = useId()
  const people = useStore((state) => state.people)
  return (
    <div class="field">
      <label class="field-word" for={id}>
        {label}
      </label>
      <select id={id} value={value} data-first={first} onInput={(event) => onValue(event.currentTarget.value)}>
        {ids.map((personId) => (
          <option key={personId} value={personId}>
            {personName(people[personId], personId)}
          </option>
        ))}
      </select>
    </div>
  )
}

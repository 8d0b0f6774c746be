import { useId } from 'preact/hooks'
import { CLAWBOT, type PersonView } from '../../sandbox/control/view.js'
import { TOUCH } from '../hooks/touch.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { Strings } from '../i18n/strings.js'
import { personName } from '../store/select.js'
import { previewText } from '../text/message-strings.js'
import type { Field, FormPlace } from './forms.js'

interface Props {
  field: Field
  place: FormPlace
  value: string
  onValue(value: string): void
}

/** A field in the form for a message kind. */
export function FormField({ field, place, value, onValue }: Props) {
  const strings = useStrings()
  const people = useStore((state) => state.people)
  const label = strings[field.labelKey]
  const { quoted } = place
  const id = useId()

  if (field.input === 'quoted') {
    const text = quoted ? previewText(quoted, strings) : strings.quotedLatest
    const speaker = quoted?.speaker ?? ''
    const quotedName = speaker === CLAWBOT ? strings.halfClawbot : personName(people[speaker], speaker)
    return (
      <p class="field">
        <span class="field-word">{label}</span>
        <span class="quoted">{quoted ? `${quotedName}: ${text}` : text}</span>
      </p>
    )
  }
  if (field.input === 'check') {
    return (
      <label class="switch">
        <input
          type="checkbox"
          checked={value === 'true'}
          onChange={(event) => onValue(String(event.currentTarget.checked))}
        />
        {label}
      </label>
    )
  }
  const options = optionsOf(field, place, strings)
  if (options?.length === 0) return <p class="quiet">{strings.noStrangers}</p>
  const common = {
    id,
    value,
    // The first field receives focus, except on touch screens, where that would open the keyboard.
    'data-first': TOUCH ? undefined : '',
    onInput: (event: { currentTarget: { value: string } }) => onValue(event.currentTarget.value),
  }
  return (
    <div class="field">
      <label class="field-word" for={id}>
        {label}
      </label>
      {options ? (
        <select {...common}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.name}
            </option>
          ))}
        </select>
      ) : field.input === 'long' ? (
        <textarea {...common} rows={3} spellcheck={false} required={!field.optional} />
      ) : field.input === 'number' ? (
        <input {...common} type="number" step="any" autocomplete="off" required={!field.optional} />
      ) : (
        <input {...common} type="text" autocomplete="off" required={!field.optional} />
      )}
    </div>
  )
}

function optionsOf(field: Field, place: FormPlace, strings: Strings): { value: string; name: string }[] | undefined {
  const option = (person: PersonView) => ({ value: person.id, name: personName(person, person.id) })
  switch (field.input) {
    case 'choice':
      return (field.choices ?? []).map(({ value, labelKey }) => ({ value, name: strings[labelKey] }))
    case 'person':
      return place.people.map(option)
    case 'stranger':
      return place.strangers.map(option)
    default:
      return undefined
  }
}

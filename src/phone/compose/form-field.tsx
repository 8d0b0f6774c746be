import { useId } from 'preact/hooks'
import type { PersonView } from '../../sandbox/control/view.js'
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

/** One field of a kind's form. */
export function FormField({ field, place, value, onValue }: Props) {
  const strings = useStrings()
  const people = useStore((state) => state.people)
  const label = strings[field.word]
  const { quoted } = place
  const id = useId()

  if (field.input === 'quoted') {
    const what = quoted ? previewText(quoted, strings) : strings.quotedLatest
    return (
      <p class="field">
        <span class="field-word">{label}</span>
        <span class="quoted">{quoted ? `${personName(people[quoted.speaker], quoted.speaker)}: ${what}` : what}</span>
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
    // The first of them takes the focus, where that brings up no keyboard.
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
  const named = (one: PersonView) => ({ value: one.id, name: personName(one, one.id) })
  switch (field.input) {
    case 'choice':
      return (field.choices ?? []).map(({ value, word }) => ({ value, name: strings[word] }))
    case 'person':
      return place.people.map(named)
    case 'stranger':
      return place.strangers.map(named)
    default:
      return undefined
  }
}

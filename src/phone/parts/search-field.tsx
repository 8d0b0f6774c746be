import type { Ref } from 'preact'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from './icon.js'
import { KeyHint } from './key-hint.js'

interface Props {
  value: string
  onValue(value: string): void
  label: string
  /** Keyboard shortcut that focuses the field. */
  hint?: string
  inputRef?: Ref<HTMLInputElement>
  onKeyDown?(event: KeyboardEvent): void
}

/** Field for searching by name or pinyin; Escape clears it. */
export function SearchField({ value, onValue, label, hint, inputRef, onKeyDown }: Props) {
  const strings = useStrings()
  return (
    <div class="search">
      <Icon name="search" size={16} />
      <input
        ref={inputRef ?? null}
        type="search"
        autocomplete="off"
        spellcheck={false}
        aria-label={label}
        placeholder={label}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && value) {
            event.preventDefault()
            event.stopPropagation()
            onValue('')
          } else onKeyDown?.(event)
        }}
      />
      {value ? (
        <button type="button" class="search-clear" aria-label={strings.clear} onClick={() => onValue('')}>
          <Icon name="close" size={14} />
        </button>
      ) : (
        hint && <KeyHint>{hint}</KeyHint>
      )}
    </div>
  )
}

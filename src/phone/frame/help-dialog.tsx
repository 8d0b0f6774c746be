import type { RefObject } from 'preact'
import { store } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { StringKey } from '../i18n/strings.js'
import { Icon } from '../parts/icon.js'

const KEYS: readonly (readonly [readonly string[], StringKey])[] = [
  [['/'], 'keySearch'],
  [['Ctrl', 'F'], 'keyFind'],
  [['Alt', '↑ ↓'], 'keyChats'],
  [['Enter'], 'keySend'],
  [['Shift', 'Enter'], 'keyLine'],
  [['↑'], 'keyRecall'],
  [['@'], 'keyMention'],
  [['Alt', '1–9'], 'keySpeak'],
  [['Alt', 'K'], 'keyKinds'],
  [['Alt', 'S'], 'keyList'],
  [['↑ ↓'], 'keyArrows'],
  [['Shift', 'F10'], 'keyMenu'],
  [['I'], 'keyInspector'],
  [['1', '2', '3', 'P'], 'keyWire'],
  [['J', 'K', '→ ←'], 'keyWireRows'],
  [['V'], 'keyService'],
  [['F2'], 'keyRename'],
  [['S', 'Enter', 'Esc'], 'keyLogin'],
  [['Esc'], 'keyClose'],
  [['?'], 'keyHelp'],
]

/** List of keyboard shortcuts, with a switch for the single-letter ones. */
export function HelpDialog({ dialogRef }: { dialogRef: RefObject<HTMLDialogElement | null> }) {
  const strings = useStrings()
  const keys = useStore((state) => state.keys)
  const close = () => dialogRef.current?.close()
  return (
    <dialog ref={dialogRef} class="dialog" aria-labelledby="help-title">
      <header>
        <h2 id="help-title">{strings.help}</h2>
        <button type="button" class="icon-button" aria-label={strings.close} onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <dl class="keys">
        {KEYS.map(([combo, labelKey]) => (
          <div key={labelKey}>
            <dt>
              {combo.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{strings[labelKey]}</dd>
          </div>
        ))}
      </dl>
      <label class="switch">
        <input
          type="checkbox"
          checked={keys}
          onChange={(event) => store.change({ type: 'keys', keys: event.currentTarget.checked })}
        />
        {strings.keysLetters}
      </label>
    </dialog>
  )
}

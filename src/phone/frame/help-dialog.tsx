import type { RefObject } from 'preact'
import { store } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { useWords } from '../hooks/use-words.js'
import { Icon } from '../parts/icon.js'
import type { WordKey } from '../words/words.js'

const KEYS: readonly (readonly [readonly string[], WordKey])[] = [
  [['/'], 'keySearch'],
  [['Alt', '↑ ↓'], 'keyChats'],
  [['Enter'], 'keySend'],
  [['Shift', 'Enter'], 'keyLine'],
  [['@'], 'keyMention'],
  [['Alt', '1–9'], 'keySpeak'],
  [['Alt', 'K'], 'keyKinds'],
  [['Alt', 'S'], 'keyList'],
  [['↑ ↓'], 'keyArrows'],
  [['Shift', 'F10'], 'keyMenu'],
  [['I'], 'keyFaults'],
  [['F2'], 'keyRename'],
  [['S', 'Enter', 'Esc'], 'keyLogin'],
  [['Esc'], 'keyClose'],
  [['?'], 'keyHelp'],
]

/** All keys, and the switch for those of a single letter. */
export function HelpDialog({ dialogRef }: { dialogRef: RefObject<HTMLDialogElement | null> }) {
  const words = useWords()
  const keys = useStore((state) => state.keys)
  const close = () => dialogRef.current?.close()
  return (
    <dialog ref={dialogRef} class="dialog" aria-labelledby="help-title">
      <header>
        <h2 id="help-title">{words.help}</h2>
        <button type="button" class="icon-button" aria-label={words.close} onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <dl class="keys">
        {KEYS.map(([signs, word]) => (
          <div key={word}>
            <dt>
              {signs.map((sign) => (
                <kbd key={sign}>{sign}</kbd>
              ))}
            </dt>
            <dd>{words[word]}</dd>
          </div>
        ))}
      </dl>
      <label class="switch">
        <input
          type="checkbox"
          checked={keys}
          onChange={(event) => store.change({ type: 'keys', keys: event.currentTarget.checked })}
        />
        {words.keysLetters}
      </label>
    </dialog>
  )
}

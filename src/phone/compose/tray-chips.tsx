import { useStrings } from '../hooks/use-strings.js'
import { FileSign } from '../kinds/file-sign.js'
import { Icon } from '../parts/icon.js'
import { fileSize, shortName } from '../text/file-name.js'
import type { Tray } from './use-tray.js'

/** Files to be sent, each with a remove button. */
export function TrayChips({ tray, disabled }: { tray: Tray; disabled: boolean }) {
  const strings = useStrings()
  if (tray.chips.length === 0) return null
  return (
    <ul class="tray" aria-label={strings.tray}>
      {tray.chips.map(({ id, file, preview }) => (
        <li key={id} class="tray-chip">
          {preview ? <img src={preview} alt="" /> : <FileSign name={file.name} />}
          <span class="tray-text">
            <span class="tray-name" title={file.name}>
              {shortName(file.name, 22)}
            </span>
            <span class="tray-size">{fileSize(file.size)}</span>
          </span>
          <button
            type="button"
            class="tray-remove"
            aria-label={strings.removeName(shortName(file.name))}
            disabled={disabled}
            onClick={() => tray.remove(id)}
          >
            <Icon name="close" size={14} />
          </button>
        </li>
      ))}
    </ul>
  )
}

import { useStrings } from '../hooks/use-strings.js'
import { FileSign } from '../kinds/file-sign.js'
import { Icon } from '../parts/icon.js'
import { fileSize, shortName } from '../text/file-name.js'
import type { Tray } from './use-tray.js'

interface Props {
  tray: Tray
  /** Whether the first file is being sent. */
  isSending: boolean
  cancel(): void
}

/** Files to be sent, each with a button that removes it, or cancels while it is being sent. */
export function TrayChips({ tray, isSending, cancel }: Props) {
  const strings = useStrings()
  if (tray.chips.length === 0) return null
  return (
    <ul class="tray" aria-label={strings.tray}>
      {tray.chips.map(({ id, file, preview }, index) => {
        const isSent = isSending && index === 0
        return (
          <li key={id} class="tray-chip">
            {preview ? <img src={preview} alt="" /> : <FileSign name={file.name} />}
            <span class="tray-text">
              <span class="tray-name" title={file.name}>
                {shortName(file.name, 22)}
              </span>
              <span class="tray-size">{isSent ? strings.sending : fileSize(file.size)}</span>
            </span>
            <button
              type="button"
              class="tray-remove"
              aria-label={isSent ? strings.cancelSending : strings.removeName(shortName(file.name))}
              title={isSent ? strings.cancelSending : undefined}
              disabled={isSending && !isSent}
              onClick={() => (isSent ? cancel() : tray.remove(id))}
            >
              <Icon name="close" size={14} />
            </button>
          </li>
        )
      })}
    </ul>
  )
}

import { useCopy } from '../hooks/use-copy.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from './icon.js'

/** A command, with a button that copies it. */
export function CopyBox({ text }: { text: string }) {
  const strings = useStrings()
  const { copy, status } = useCopy()
  return (
    <div class="copy-box">
      <code>{text}</code>
      <span class="copy-status" role="status">
        {status}
      </span>
      <button
        type="button"
        class="icon-button"
        aria-label={`${strings.copy} ${text}`}
        title={strings.copy}
        onClick={() => void copy(text)}
      >
        <Icon name="copy" size={16} />
      </button>
    </div>
  )
}

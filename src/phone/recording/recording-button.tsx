import { useState } from 'preact/hooks'
import { usePopup } from '../hooks/use-popup.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'
import { RecordingPanel } from './recording-panel.js'

/** Opens the panel for recording a transcript; a dot shows that one is being recorded. */
export function RecordingButton() {
  const strings = useStrings()
  const isRunning = useStore(({ recording: { state, files } }) => state === 'running' || files.length > 0)
  const [open, setOpen] = useState(false)
  const ref = usePopup(open, () => setOpen(false))
  const label = isRunning ? strings.recordingOn : strings.recording
  return (
    <div class="recording-place">
      <button
        type="button"
        class={open ? 'rail-page current' : 'rail-page'}
        aria-label={label}
        title={label}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="film" />
        {isRunning && <span class="recording-dot" />}
      </button>
      {open && (
        <div ref={ref} class="menu recording-menu" role="dialog" aria-label={strings.recording}>
          <RecordingPanel />
        </div>
      )}
    </div>
  )
}

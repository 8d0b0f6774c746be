import { api } from '../api/api.js'
import { useAction } from '../hooks/use-action.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { clock } from '../i18n/time.js'
import { fileSize, shortName } from '../text/file-name.js'

/** Starts and ends the recording of a transcript, and offers it for download. */
export function RecordingPanel() {
  const strings = useStrings()
  const up = useStore((all) => all.link.up)
  const account = useStore((all) => all.account)
  const { state, startedAt = 0, lineCount = 0, sizeBytes = 0, isFull, files } = useStore((all) => all.recording)
  // The results arrive in the event stream.
  const { run, busy, error } = useAction(async () => {
    await (state === 'running' ? api.stopRecording() : api.startRecording())
  })
  const label = { none: strings.recordingStart, running: strings.recordingStop, stopped: strings.recordingAgain }[state]
  return (
    <section class="recording" aria-label={strings.recording}>
      <h2>{strings.recording}</h2>
      {files.map((name) => (
        <p key={name} class="recording-line">
          <span class="recording-dot" />
          <span>
            {strings.recordingFile(shortName(name))}
            <span class="quiet">{strings.recordingFileEnds}</span>
          </span>
        </p>
      ))}
      <p role="status" class={state === 'none' ? 'quiet' : 'recording-line'}>
        {state === 'none' && strings.recordingText}
        {state === 'running' && <span class="recording-dot" />}
        {state === 'running' && <span>{strings.recordingSince(clock(startedAt))}</span>}
        {state === 'stopped' && strings.recordingDone(lineCount, fileSize(sizeBytes))}
        {isFull && strings.recordingFull}
      </p>
      <div>
        {state === 'stopped' && (
          <a class="button small primary" href={`/api/recording?account=${account}`} download>
            {strings.recordingDownload}
          </a>
        )}
        {/* The same button in every state, and never disabled while busy, so that it keeps the focus. */}
        <button
          key="toggle"
          type="button"
          class="button small"
          disabled={!up}
          onClick={() => {
            if (!busy) void run()
          }}
        >
          {label}
        </button>
      </div>
      {state === 'stopped' && <p class="quiet">{strings.recordingReplaces}</p>}
      {error && (
        <p class="problem" role="alert">
          {strings.failed(error)}
        </p>
      )}
    </section>
  )
}

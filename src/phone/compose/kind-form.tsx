import { useRef, useState } from 'preact/hooks'
import type { SayRequest } from '../../sandbox/control/view.js'
import { TOUCH } from '../hooks/touch.js'
import { useAction } from '../hooks/use-action.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'
import { fileSize, shortName } from '../text/file-name.js'
import { kindString } from '../text/message-strings.js'
import { FileChooser } from './file-chooser.js'
import { MAX_BYTES, problemOf } from './file-rules.js'
import { FormField } from './form-field.js'
import { FORMS, type FormPlace, fieldsOf, requestOf, sampleValues, type Values } from './forms.js'
import { KIND_ICONS } from './kind-icons.js'
import { mediaData } from './media-data.js'
import type { MenuKind } from './menu-kinds.js'

interface Props {
  kind: MenuKind
  place: FormPlace
  /** Sends the message; rejects with an `ApiError` on failure and when `signal` aborts. */
  say(request: SayRequest, signal: AbortSignal): Promise<void>
  ask(personId: string, greeting: string): Promise<void>
  onDone(): void
  onCancel(): void
}

/** A small form filled with a valid sample: Enter sends it unchanged. */
export function KindForm({ kind, place, say, ask, onDone, onCancel }: Props) {
  const strings = useStrings()
  const up = useStore((state) => state.link.up)
  const { accept } = FORMS[kind]
  const [values, setValues] = useState<Values>(() => sampleValues(kind, place, (key) => strings[key]))
  const [file, setFile] = useState<File>()
  const form = useRef<HTMLFormElement>(null)
  const chooser = useRef<HTMLInputElement>(null)
  const sending = useRef(new AbortController())
  const { run, busy, error, clearError } = useAction(send)
  const fileProblem = file && problemOf(file)
  const problem =
    fileProblem === 'isEmpty'
      ? strings.isEmpty(shortName(file?.name ?? ''))
      : fileProblem === 'tooLarge'
        ? strings.tooLarge(shortName(file?.name ?? ''), fileSize(MAX_BYTES))
        : error && strings.notSent(error)
  const noStrangers = kind === 'friendRequest' && place.strangers.length === 0
  const ready = up && !busy && !fileProblem && !noStrangers

  async function send(): Promise<void> {
    if (kind === 'friendRequest') return ask(values.person ?? '', values.greeting ?? '')
    const request = requestOf(kind, values, place)
    sending.current = new AbortController()
    const { signal } = sending.current
    // A name edited in the form overrides the file's name.
    return say(file ? ({ ...(await mediaData(file)), ...request } as SayRequest) : request, signal)
  }

  return (
    <form
      ref={form}
      class="kind-form"
      onSubmit={async (event) => {
        event.preventDefault()
        if (ready && (await run())) onDone()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
        if (event.target instanceof HTMLButtonElement) return
        event.preventDefault()
        form.current?.requestSubmit()
      }}
    >
      <header>
        <span class="kind-tile small" data-kind={kind}>
          <Icon name={KIND_ICONS[kind]} size={18} />
        </span>
        <h2>{kindString(kind, strings)}</h2>
        <button
          type="button"
          class="icon-button"
          aria-label={busy ? strings.cancelSending : strings.close}
          title={busy ? strings.cancelSending : undefined}
          onClick={() => {
            sending.current.abort()
            onCancel()
          }}
        >
          <Icon name="close" />
        </button>
      </header>
      <div class="kind-fields">
        {accept !== undefined && (
          <p class="field">
            <span class="field-word">{strings.fieldBytes}</span>
            <span class="field-file">
              <span class="field-file-name" title={file?.name}>
                {file ? `${shortName(file.name, 24)} · ${fileSize(file.size)}` : strings.fieldSample}
              </span>
              <button type="button" class="button small" onClick={() => chooser.current?.click()}>
                {strings.fieldChoose}
              </button>
            </span>
            <FileChooser
              inputRef={chooser}
              label={strings.fieldChoose}
              accept={accept}
              onFiles={([chosen]) => {
                if (!chosen) return
                setFile(chosen)
                clearError()
                if (kind === 'file') setValues({ ...values, name: chosen.name })
              }}
            />
          </p>
        )}
        {fieldsOf(kind, place).map((field) => (
          <FormField
            key={field.name}
            field={field}
            place={place}
            value={values[field.name] ?? ''}
            onValue={(value) => {
              clearError()
              setValues({ ...values, [field.name]: value })
            }}
          />
        ))}
      </div>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <footer>
        <span class="quiet">{busy ? strings.sending : TOUCH ? '' : strings.enterSends}</span>
        <button type="submit" class="button primary" disabled={!ready} data-first>
          {strings.send}
        </button>
      </footer>
    </form>
  )
}

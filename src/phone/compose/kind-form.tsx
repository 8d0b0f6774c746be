import { useRef, useState } from 'preact/hooks'
import type { SayRequest } from '../../sandbox/control/view.js'
import { useAction } from '../hooks/use-action.js'
import { useStore } from '../hooks/use-store.js'
import { useWords } from '../hooks/use-words.js'
import { Icon } from '../parts/icon.js'
import { fileSize, shortName } from '../text/file-name.js'
import { kindWord } from '../text/message-words.js'
import { FileChooser } from './file-chooser.js'
import { MOST_BYTES, problemOf } from './file-rules.js'
import { FormField } from './form-field.js'
import { FORMS, type FormPlace, requestOf, sampleValues, type Values } from './forms.js'
import { KIND_ICONS } from './kind-icons.js'
import { mediaData } from './media-data.js'
import type { MenuKind } from './menu-kinds.js'

interface Props {
  kind: MenuKind
  place: FormPlace
  /** Says it; rejects with an `ApiError`. */
  say(request: SayRequest): Promise<void>
  ask(personId: string, greeting: string): Promise<void>
  onDone(): void
  onCancel(): void
}

/** A small form filled with a good sample: Enter sends it as it is. */
export function KindForm({ kind, place, say, ask, onDone, onCancel }: Props) {
  const words = useWords()
  const up = useStore((state) => state.link.up)
  const { fields, accept } = FORMS[kind]
  const [values, setValues] = useState<Values>(() => sampleValues(kind, place, (key) => words[key]))
  const [file, setFile] = useState<File>()
  const form = useRef<HTMLFormElement>(null)
  const chooser = useRef<HTMLInputElement>(null)
  const { run, busy, error, forget } = useAction(send)
  const wrong = file && problemOf(file)
  const problem =
    wrong === 'isEmpty'
      ? words.isEmpty(shortName(file?.name ?? ''))
      : wrong === 'tooLarge'
        ? words.tooLarge(shortName(file?.name ?? ''), fileSize(MOST_BYTES))
        : error && words.notSent(error)
  const nobody = kind === 'friendRequest' && place.strangers.length === 0
  const ready = up && !busy && !wrong && !nobody

  async function send(): Promise<void> {
    if (kind === 'friendRequest') return ask(values.person ?? '', values.greeting ?? '')
    const request = requestOf(kind, values, place)
    // A name that was changed by hand counts more than the file's own.
    return say(file ? ({ ...(await mediaData(file)), ...request } as SayRequest) : request)
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
        <h2>{kindWord(kind, words)}</h2>
        <button type="button" class="icon-button" aria-label={words.close} onClick={onCancel}>
          <Icon name="close" />
        </button>
      </header>
      <div class="kind-fields">
        {accept !== undefined && (
          <p class="field">
            <span class="field-word">{words.fieldBytes}</span>
            <span class="field-file">
              <span class="field-file-name" title={file?.name}>
                {file ? `${shortName(file.name, 24)} · ${fileSize(file.size)}` : words.fieldSample}
              </span>
              <button type="button" class="button small" onClick={() => chooser.current?.click()}>
                {words.fieldChoose}
              </button>
            </span>
            <FileChooser
              inputRef={chooser}
              label={words.fieldChoose}
              accept={accept}
              onFiles={([chosen]) => {
                if (!chosen) return
                setFile(chosen)
                forget()
                if (kind === 'file') setValues({ ...values, name: chosen.name })
              }}
            />
          </p>
        )}
        {fields.map((field) => (
          <FormField
            key={field.name}
            field={field}
            place={place}
            value={values[field.name] ?? ''}
            onValue={(value) => {
              forget()
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
        <span class="quiet">{busy ? words.sending : words.enterSends}</span>
        <button type="submit" class="button primary" disabled={!ready} data-first>
          {words.send}
        </button>
      </footer>
    </form>
  )
}

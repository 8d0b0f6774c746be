import { useStrings } from '../hooks/use-strings.js'

interface Props {
  /** Why the last attempt failed. */
  error: string | undefined
  /** What the action does for the program. */
  hint: string
  submit: string
  ready: boolean
  onClose(): void
}

/** The end of a dialog's form: the error, a hint, and the buttons. */
export function FormFooter({ error, hint, submit, ready, onClose }: Props) {
  const strings = useStrings()
  return (
    <>
      {error && (
        <p class="problem" role="alert">
          {strings.failed(error)}
        </p>
      )}
      <footer>
        <span class="quiet">{hint}</span>
        <button type="button" class="button" onClick={onClose}>
          {strings.cancel}
        </button>
        <button type="submit" class="button primary" disabled={!ready}>
          {submit}
        </button>
      </footer>
    </>
  )
}

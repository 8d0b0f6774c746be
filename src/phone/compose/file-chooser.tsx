import type { RefObject } from 'preact'

interface Props {
  inputRef: RefObject<HTMLInputElement | null>
  label: string
  /** Accepted types, in the format of the `accept` attribute. */
  accept?: string
  multiple?: boolean
  onFiles(files: File[]): void
}

/** A hidden file input. A button next to it opens the browser's file dialog through `inputRef`. */
export function FileChooser({ inputRef, label, accept, multiple = false, onFiles }: Props) {
  return (
    <input
      ref={inputRef}
      class="unseen"
      type="file"
      multiple={multiple}
      accept={accept}
      tabIndex={-1}
      aria-hidden="true"
      aria-label={label}
      onChange={(event) => {
        onFiles([...(event.currentTarget.files ?? [])])
        // Allows the user to choose the same file again.
        event.currentTarget.value = ''
      }}
    />
  )
}

import type { RefObject } from 'preact'

interface Props {
  inputRef: RefObject<HTMLInputElement | null>
  label: string
  /** Accepted types, in the format of the `accept` attribute. */
  accept?: string
  multiple?: boolean
  onFiles(files: File[]): void
}

/** The browser's file dialog; opened through `inputRef` by a button beside it. */
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
        // Allows the same file to be chosen again.
        event.currentTarget.value = ''
      }}
    />
  )
}

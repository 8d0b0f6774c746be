import type { RefObject } from 'preact'

interface Props {
  inputRef: RefObject<HTMLInputElement | null>
  label: string
  /** Files that fit, as the browser's dialog offers them. */
  accept?: string
  multiple?: boolean
  onFiles(files: File[]): void
}

/** The browser's own dialog for files; a button beside it opens it. */
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
        // The same file can be chosen again.
        event.currentTarget.value = ''
      }}
    />
  )
}

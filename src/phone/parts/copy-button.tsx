import { useCopy } from '../hooks/use-copy.js'

/** A button that copies a text; its label says so once that has happened. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const { copy, status } = useCopy()
  return (
    <button type="button" class="button small" aria-live="polite" onClick={() => void copy(text)}>
      {status || label}
    </button>
  )
}

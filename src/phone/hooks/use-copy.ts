import { useState } from 'preact/hooks'
import { useStrings } from './use-strings.js'

/** Copies text to the clipboard; `status` says whether that worked, and is empty until then. */
export function useCopy(): { copy: (text: string) => Promise<void>; status: string } {
  const strings = useStrings()
  const [status, setStatus] = useState('')
  async function copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text)
      setStatus(strings.copied)
    } catch {
      setStatus(strings.copyFailed)
    }
  }
  return { copy, status }
}

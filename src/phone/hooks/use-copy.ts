import { useState } from 'preact/hooks'
import { copyText } from './copy-text.js'
import { useStrings } from './use-strings.js'

/** Copies text to the clipboard; `status` says whether that worked, and is empty until then. */
export function useCopy(): { copy: (text: string) => Promise<void>; status: string } {
  const strings = useStrings()
  const [status, setStatus] = useState('')
  async function copy(text: string): Promise<void> {
    setStatus((await copyText(text)) ? strings.copied : strings.copyFailed)
  }
  return { copy, status }
}

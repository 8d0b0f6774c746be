import { useState } from 'preact/hooks'
import type { FaultView } from '../../sandbox/control/view.js'
import { useStrings } from '../hooks/use-strings.js'
import { testCode } from './test-code.js'

/** Puts what is armed into the clipboard, as a test would write it. */
export function CopyCode({ faults }: { faults: readonly FaultView[] }) {
  const strings = useStrings()
  const [done, setDone] = useState('')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(faults.map(testCode).join('\n'))
      setDone(strings.faultCopied)
    } catch {
      setDone(strings.faultCopyFailed)
    }
  }
  return (
    <>
      <button type="button" class="link-button" disabled={faults.length === 0} onClick={copy}>
        {strings.faultCopy}
      </button>
      <span class="fault-copied" role="status">
        {done}
      </span>
    </>
  )
}

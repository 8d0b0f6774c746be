import { useState } from 'preact/hooks'
import type { FaultView } from '../../sandbox/control/view.js'
import { useStrings } from '../hooks/use-strings.js'
import { testCode } from './test-code.js'

/** Copies the armed faults to the clipboard as test code. */
export function CopyCode({ faults }: { faults: readonly FaultView[] }) {
  const strings = useStrings()
  const [status, setStatus] = useState('')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(faults.map(testCode).join('\n'))
      setStatus(strings.faultCopied)
    } catch {
      setStatus(strings.faultCopyFailed)
    }
  }
  return (
    <>
      <button type="button" class="link-button" disabled={faults.length === 0} onClick={copy}>
        {strings.faultCopy}
      </button>
      <span class="fault-copied" role="status">
        {status}
      </span>
    </>
  )
}

import type { FaultView } from '../../sandbox/control/view.js'
import { useCopy } from '../hooks/use-copy.js'
import { useStrings } from '../hooks/use-strings.js'
import { testCode } from './test-code.js'

/** Copies the armed faults to the clipboard as test code. */
export function CopyCode({ faults }: { faults: readonly FaultView[] }) {
  const strings = useStrings()
  const { copy, status } = useCopy()
  return (
    <>
      <button
        type="button"
        class="link-button"
        disabled={faults.length === 0}
        onClick={() => void copy(faults.map(testCode).join('\n'))}
      >
        {strings.faultCopy}
      </button>
      <span class="fault-copied" role="status">
        {status}
      </span>
    </>
  )
}

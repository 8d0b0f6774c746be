import { showHalf } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { hasProgram } from '../store/select.js'
import { HALF_NAMES } from './half-switch.js'

/** On a login screen without a program: a link to the other half of the page, if a program uses that one. */
export function OtherHalf() {
  const strings = useStrings()
  const other = useStore(({ half }) => (half === 'web' ? 'clawbot' : 'web'))
  const isUsed = useStore((state) => !hasProgram(state, state.half) && hasProgram(state, other))
  if (!isUsed) return null
  return (
    <button type="button" class="link-button" onClick={() => showHalf(other)}>
      {strings.otherHalf(strings[HALF_NAMES[other]])}
    </button>
  )
}

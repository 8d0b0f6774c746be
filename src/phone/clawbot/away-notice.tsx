import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'
import { bindStageOf } from './stage.js'

/** The phone's notice that the program is not online. */
export function AwayNotice() {
  const strings = useStrings()
  const isAway = useStore((state) => bindStageOf(state.clawbot) === 'bound')
  return (
    <div class="away-place" role="status">
      {isAway && (
        <p class="away">
          <Icon name="gone" size={16} />
          <span>
            <strong>{strings.clawAway}</strong> {strings.clawAwayText}
          </span>
        </p>
      )}
    </div>
  )
}

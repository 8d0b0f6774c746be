import type { PhoneAction } from '../../sandbox/control/view.js'
import { showScreen, usePhone } from '../client.js'
import { useAction } from '../hooks/use-action.js'
import { pressFocused, useKeys } from '../hooks/use-keys.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { PhoneButton } from './phone-button.js'
import { PhoneFrame } from './phone-frame.js'
import { PhoneView } from './phone-view.js'
import type { Stage } from './stage.js'

/** The account's phone: its screen and buttons at each stage of a login. */
export function Phone({ stage }: { stage: Stage }) {
  const strings = useStrings()
  const up = useStore((state) => state.link.up)
  const { run, busy, error } = useAction(usePhone)
  const disabled = !up || busy
  const press = (action: PhoneAction) => () => {
    if (!disabled) void run(action)
  }

  useKeys({
    ...(stage === 'waitingForScan' && { s: press('scan') }),
    ...(stage === 'waitingForConfirm' && { Escape: press('cancel'), Enter: pressFocused(press('confirm')) }),
  })

  return (
    <PhoneFrame hasHead={stage === 'waitingForScan'} view={<PhoneView stage={stage} />} error={error}>
      {stage === 'waitingForScan' && (
        <PhoneButton primary icon="scan" hint="S" disabled={disabled} onClick={press('scan')}>
          {strings.scan}
        </PhoneButton>
      )}
      {stage === 'waitingForConfirm' && (
        <>
          <PhoneButton primary hint="Enter" disabled={disabled} onClick={press('confirm')}>
            {strings.confirm}
          </PhoneButton>
          <PhoneButton hint="Esc" disabled={disabled} onClick={press('cancel')}>
            {strings.cancel}
          </PhoneButton>
        </>
      )}
      {(stage === 'online' || stage === 'initialising') && (
        <PhoneButton primary onClick={() => showScreen('main')}>
          {strings.toChatsNow}
        </PhoneButton>
      )}
    </PhoneFrame>
  )
}

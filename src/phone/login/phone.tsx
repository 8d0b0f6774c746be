import type { PhoneAction } from '../../sandbox/control/view.js'
import { showScreen, usePhone } from '../client.js'
import { useAction } from '../hooks/use-action.js'
import { useKeys } from '../hooks/use-keys.js'
import { useNow } from '../hooks/use-now.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { clock } from '../i18n/time.js'
import { Avatar } from '../parts/avatar.js'
import { Icon } from '../parts/icon.js'
import { KeyHint } from '../parts/key-hint.js'
import { PhoneView } from './phone-view.js'
import type { Stage } from './stage.js'

/** The account's phone: its screen and buttons at each stage of a login. */
export function Phone({ stage }: { stage: Stage }) {
  const strings = useStrings()
  const owner = useStore((state) => state.people[state.owner])
  const up = useStore((state) => state.link.up)
  const now = useNow(10_000)
  const { run, busy, error } = useAction(usePhone)
  const press = (action: PhoneAction) => () => {
    if (up && !busy) void run(action)
  }

  useKeys({
    ...(stage === 'waitingForScan' && { s: press('scan') }),
    ...(stage === 'waitingForConfirm' && {
      Escape: press('cancel'),
      Enter: (event) => {
        // If a button has focus, Enter presses that button.
        if (event.target instanceof HTMLButtonElement) event.target.click()
        else press('confirm')()
      },
    }),
  })

  return (
    <section class="phone" aria-label={strings.phoneOf(owner?.name ?? '')}>
      <div class="phone-screen">
        <div class="phone-status" aria-hidden="true">
          <span>{clock(now)}</span>
          <span>
            <Icon name="wifi" size={16} />
            <Icon name="battery" size={18} />
          </span>
        </div>
        {stage === 'waitingForScan' && (
          <header class="phone-head">
            <h2>{strings.phoneOf(owner?.name ?? '')}</h2>
            {owner && <Avatar person={owner} size={34} />}
          </header>
        )}
        <PhoneView stage={stage} />
        <div class="phone-buttons">
          {error && (
            <p class="problem" role="alert">
              {strings.failed(error)}
            </p>
          )}
          {stage === 'waitingForScan' && (
            <button type="button" class="button primary big" disabled={!up || busy} onClick={press('scan')}>
              <Icon name="scan" />
              {strings.scan}
              <KeyHint>S</KeyHint>
            </button>
          )}
          {stage === 'waitingForConfirm' && (
            <>
              <button type="button" class="button primary big" disabled={!up || busy} onClick={press('confirm')}>
                {strings.confirm}
                <KeyHint>
                  <Icon name="enter" size={12} />
                </KeyHint>
              </button>
              <button type="button" class="button big" disabled={!up || busy} onClick={press('cancel')}>
                {strings.cancel}
                <KeyHint>Esc</KeyHint>
              </button>
            </>
          )}
          {(stage === 'online' || stage === 'initialising') && (
            <button type="button" class="button primary big" onClick={() => showScreen('main')}>
              {strings.toChatsNow}
            </button>
          )}
        </div>
      </div>
    </section>
  )
}

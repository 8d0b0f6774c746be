import { useContext, useState } from 'preact/hooks'
import type { PersonView } from '../../sandbox/control/view.js'
import { showScreen, usePhone } from '../client.js'
import { useAccountState } from '../hooks/use-account-state.js'
import { useAction } from '../hooks/use-action.js'
import { usePopup } from '../hooks/use-popup.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Avatar } from '../parts/avatar.js'
import { Icon } from '../parts/icon.js'
import { LangButton } from '../parts/lang-button.js'
import { ThemeButton } from '../parts/theme-button.js'
import { ChatMenuContext } from '../people/chat-menu-context.js'
import { RecordingPanel } from '../recording/recording-panel.js'
import { personName } from '../store/select.js'
import { AccountRows } from './account-links.js'

/** Menu with the account, the state of its bot, and actions on the account's phone. */
export function AccountMenu({ owner, close, onHelp }: { owner: PersonView; close: () => void; onHelp: () => void }) {
  const strings = useStrings()
  const { text } = useAccountState()
  const half = useStore((state) => state.half)
  const inSession = useStore(
    ({ login }) => half === 'web' && (login.state === 'online' || login.state === 'initialising'),
  )
  const isBound = useStore((state) => half === 'clawbot' && state.clawbot.login.state === 'bound')
  const up = useStore((state) => state.link.up)
  const [confirming, setConfirming] = useState(false)
  const { rename } = useContext(ChatMenuContext)
  const { run, busy, error } = useAction(usePhone)
  const ref = usePopup(true, close)
  return (
    <div ref={ref} class="menu account-menu" role="dialog" aria-label={personName(owner)}>
      <div class="account-who">
        <Avatar person={owner} size={40} />
        <div>
          <strong>{personName(owner)}</strong>
          <span>{text}</span>
        </div>
      </div>
      {!confirming && (
        <button
          type="button"
          class="menu-row"
          disabled={!up}
          onClick={() => {
            close()
            rename(owner.id)
          }}
        >
          <Icon name="pencil" size={16} />
          {strings.rename}
        </button>
      )}
      {inSession && !confirming && (
        <button type="button" class="menu-row" disabled={!up} onClick={() => setConfirming(true)}>
          <Icon name="logout" size={16} />
          {strings.logout}
        </button>
      )}
      {inSession && confirming && (
        <div class="menu-ask">
          <p>{strings.logoutAsk}</p>
          <div>
            <button
              type="button"
              class="button small danger"
              disabled={busy}
              onClick={async () => {
                if (await run('logout')) close()
              }}
            >
              {strings.logoutYes}
            </button>
            <button type="button" class="button small" onClick={() => setConfirming(false)}>
              {strings.keep}
            </button>
          </div>
        </div>
      )}
      {!inSession && !isBound && (
        <button type="button" class="menu-row" onClick={() => showScreen('login')}>
          <Icon name="scan" size={16} />
          {strings.openLogin}
        </button>
      )}
      {error && (
        <p class="problem" role="alert">
          {strings.failed(error)}
        </p>
      )}
      <AccountRows />
      <RecordingPanel />
      <div class="menu-settings">
        <LangButton />
        <ThemeButton />
        <button
          type="button"
          class="icon-button"
          aria-label={strings.help}
          onClick={() => {
            close()
            onHelp()
          }}
        >
          <Icon name="help" />
        </button>
      </div>
    </div>
  )
}

import { ServiceButton } from '../clawbot/service-button.js'
import { store } from '../client.js'
import { FaultButton } from '../faults/fault-button.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { WireButton } from '../inspector/wire-button.js'
import { Icon } from '../parts/icon.js'
import { LangButton } from '../parts/lang-button.js'
import { Mark } from '../parts/mark.js'
import { ThemeButton } from '../parts/theme-button.js'
import { RecordingButton } from '../recording/recording-button.js'
import { AccountRail } from './account-rail.js'

/** The first column: the account, the pages of the visible half, its panels and the settings. */
export function Rail({ onHelp }: { onHelp: () => void }) {
  const strings = useStrings()
  const half = useStore((state) => state.half)
  const page = useStore((state) => state.page)
  return (
    <nav class="rail" aria-label={strings.railName}>
      <Mark size={32} />
      <hr />
      <AccountRail onHelp={onHelp} />
      <hr />
      {half === 'web' &&
        (['chats', 'people'] as const).map((name) => (
          <button
            key={name}
            type="button"
            class={page === name ? 'rail-page current' : 'rail-page'}
            aria-current={page === name ? 'page' : undefined}
            aria-label={strings[name]}
            title={strings[name]}
            onClick={() => store.change({ type: 'page', page: name })}
          >
            <Icon name={name} />
          </button>
        ))}
      {half === 'clawbot' && <ServiceButton place="rail" />}
      <RecordingButton />
      <WireButton place="rail-page" />
      <FaultButton place="rail-page" />
      <span class="grow" />
      <LangButton />
      <ThemeButton />
      <button type="button" class="icon-button" aria-label={strings.help} title={strings.help} onClick={onHelp}>
        <Icon name="help" />
      </button>
    </nav>
  )
}

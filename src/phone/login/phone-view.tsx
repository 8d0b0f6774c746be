import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { StringKey } from '../i18n/strings.js'
import { Icon, type IconName } from '../parts/icon.js'
import { QUIET, qrPath } from './qr-path.js'
import type { Stage } from './stage.js'

const STATIC_VIEWS: Readonly<
  Record<
    Exclude<Stage, 'waitingForScan' | 'waitingForConfirm'>,
    [IconName, StringKey, StringKey, 'ok' | 'quiet' | 'bad']
  >
> = {
  none: ['qr', 'phoneIdle', 'phoneIdleText', 'quiet'],
  confirmed: ['check', 'phoneDone', 'phoneDoneText', 'ok'],
  initialising: ['check', 'phoneDone', 'phoneDoneText', 'ok'],
  online: ['check', 'phoneDone', 'phoneDoneText', 'ok'],
  cancelled: ['cancelled', 'phoneCancelled', 'phoneWait', 'quiet'],
  expired: ['expired', 'phoneExpired', 'phoneWait', 'quiet'],
  loggedOut: ['logout', 'phoneOut', 'phoneRestart', 'quiet'],
  refused: ['alert', 'phoneRefused', 'phoneWait', 'bad'],
}

/** The main area of the phone's screen. */
export function PhoneView({ stage }: { stage: Stage }) {
  const strings = useStrings()
  const qr = useStore((state) => state.login.qr)
  if (stage === 'waitingForScan') return <Finder rows={qr} />
  if (stage === 'waitingForConfirm') {
    const { phoneAsk, phoneAskText, phoneAskText2 } = strings
    return <ConfirmPrompt icon="laptop" title={phoneAsk} before={phoneAskText} after={phoneAskText2} />
  }
  const [icon, title, text, tone] = STATIC_VIEWS[stage]
  return <PhoneNotice icon={icon} title={strings[title]} text={strings[text]} tone={tone} />
}

/** A notice on the phone's screen. */
export function PhoneNotice(props: { icon: IconName; title: string; text: string; tone: 'ok' | 'quiet' | 'bad' }) {
  return (
    <div class="phone-view">
      <span class={`phone-tile ${props.tone}`}>
        <Icon name={props.icon} size={44} />
      </span>
      <h2>{props.title}</h2>
      <p>{props.text}</p>
    </div>
  )
}

/** The phone's camera, pointed at a QR code. */
export function Finder({ rows }: { rows: readonly string[] | undefined }) {
  const strings = useStrings()
  const across = (rows?.length ?? 0) + 2 * QUIET
  return (
    <div class="phone-view">
      <svg class="finder" viewBox="0 0 190 190" width="190" height="190" aria-hidden="true">
        <rect class="finder-ground" width="190" height="190" rx="24" />
        {rows && (
          <svg x="44" y="44" width="102" height="102" viewBox={`0 0 ${across} ${across}`} aria-hidden="true">
            <path class="finder-code" d={qrPath(rows)} />
          </svg>
        )}
        <path class="finder-band" d="M34 70h122v34H34z" />
        <path class="finder-line" d="M33 104h124" />
        <path
          class="finder-corners"
          d="M26 62V44a18 18 0 0 1 18-18h18M128 26h18a18 18 0 0 1 18 18v18M164 128v18a18 18 0 0 1-18 18h-18M62 164H44a18 18 0 0 1-18-18v-18"
        />
      </svg>
      <p class="lines">{strings.phoneAim}</p>
    </div>
  )
}

/** Asks the owner to confirm. The owner's name stands between the two texts. */
export function ConfirmPrompt(props: { icon: IconName; title: string; before: string; after: string }) {
  const name = useStore((state) => state.people[state.owner]?.name ?? '')
  return (
    <div class="phone-view">
      <span class="phone-tile">
        <Icon name={props.icon} size={48} />
      </span>
      <h2>{props.title}</h2>
      <p>
        {props.before} <br />
        <strong>{name}</strong> {props.after}
      </p>
    </div>
  )
}

import { useContext } from 'preact/hooks'
import type { LoginView } from '../../sandbox/control/view.js'
import { ClawbotBanner } from '../clawbot/clawbot-banner.js'
import { showScreen } from '../client.js'
import { FaultSign } from '../faults/fault-sign.js'
import { useNow } from '../hooks/use-now.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { StringKey, Strings } from '../i18n/strings.js'
import { REPLACED_STRINGS } from '../login/replaced-note.js'
import { type Stage, stageOf } from '../login/stage.js'
import { Icon, type IconName } from '../parts/icon.js'
import { isOffline } from '../store/select.js'
import { BackButtons } from './back-buttons.js'
import { RetryContext } from './retry-context.js'

/** Banner shown when the sandbox is unreachable, when the bot is offline or logging in, or when faults are armed. */
export function Banner() {
  const offline = useStore(isOffline)
  const half = useStore((state) => state.half)
  return (
    <div class="banner-place" role="status">
      {offline ? <Disconnected /> : half === 'web' ? <BotOffline /> : <ClawbotBanner />}
      <FaultSign />
    </div>
  )
}

function Disconnected() {
  const strings = useStrings()
  const link = useStore((state) => state.link)
  const retry = useContext(RetryContext)
  const left = Math.ceil((link.retryAt - useNow(250)) / 1000)
  return (
    <div class="banner red">
      <Icon name="gone" />
      <p>
        <strong>{strings.gone}</strong>
        {strings.gap}
        {strings.goneText}
        {strings.gap}
        <span aria-hidden="true">
          {left > 0 ? strings.goneRetry(link.attempt, left) : strings.goneTrying(link.attempt)}
        </span>
      </p>
      <button type="button" class="button small" onClick={retry}>
        {strings.reconnect}
      </button>
    </div>
  )
}

function BotOffline() {
  const strings = useStrings()
  const login = useStore((state) => state.login)
  const main = useStore((state) => state.screens.web === 'main')
  const requests = useStore((state) => state.requests)
  const replaced = useStore((state) => state.replaced.web)
  if (!main) return null
  const notice = OFFLINE_NOTICES[stageOf(login, requests)]
  if (notice) {
    const { icon, title, text } = notice
    return (
      <div class="banner amber">
        <Icon name={icon} />
        <p>
          <strong>{title(strings, login)}</strong>
          {strings.gap}
          {strings[text]}
        </p>
        <BackButtons half="web" />
      </div>
    )
  }
  const confirm = login.state === 'waitingForConfirm'
  if (!confirm && login.state !== 'waitingForScan') return null
  return (
    <div class="banner amber">
      <Icon name={confirm ? 'phone' : 'scan'} />
      <p>
        <strong>{confirm ? strings.wantsConfirm : strings.wantsScan}</strong>
        {strings.gap}
        {confirm ? '' : replaced ? strings[REPLACED_STRINGS[replaced]] : strings.wantsScanText}
      </p>
      <button type="button" class="button small" onClick={() => showScreen('login')}>
        {confirm ? strings.goConfirm : strings.goScan}
      </button>
    </div>
  )
}

interface OfflineNotice {
  icon: IconName
  title(strings: Strings, login: LoginView): string
  text: StringKey
}

/** Notices for the stages in which no bot is online or waiting for the phone. */
const OFFLINE_NOTICES: Readonly<Partial<Record<Stage, OfflineNotice>>> = {
  none: { icon: 'qr', title: (strings) => strings.outNone, text: 'startOne' },
  cancelled: {
    icon: 'cancelled',
    title: (strings) => strings.outCancelled,
    text: 'startAgain',
  },
  expired: { icon: 'expired', title: (strings) => strings.outExpired, text: 'startAgain' },
  refused: { icon: 'alert', title: (strings) => strings.loginRefused, text: 'loginRefusedText' },
  loggedOut: {
    icon: 'logout',
    title: (strings, login) => logoutString(strings, login.logoutReason),
    text: 'startAgain',
  },
}

function logoutString(strings: Strings, reason: number | undefined): string {
  switch (reason) {
    case 1100:
      return strings.out1100
    case 1101:
      return strings.out1101
    case 1102:
      return strings.out1102
    default:
      return strings.out0
  }
}

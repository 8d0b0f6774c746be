import { useContext } from 'preact/hooks'
import type { LoginView } from '../../sandbox/control/view.js'
import { showScreen } from '../client.js'
import { FaultSign } from '../faults/fault-sign.js'
import { useNow } from '../hooks/use-now.js'
import { useStore } from '../hooks/use-store.js'
import { useWords } from '../hooks/use-words.js'
import { type Stage, stageOf } from '../login/stage.js'
import { Icon, type IconName } from '../parts/icon.js'
import { isOffline } from '../store/select.js'
import type { Words } from '../words/words.js'
import { RetryContext } from './retry-context.js'

/** Above everything: the sandbox is gone, or the bot is and wants to come back. */
export function Banner() {
  const offline = useStore(isOffline)
  return (
    <div class="banner-place" role="status">
      {offline ? <Gone /> : <BotAway />}
      <FaultSign />
    </div>
  )
}

function Gone() {
  const words = useWords()
  const link = useStore((state) => state.link)
  const retry = useContext(RetryContext)
  const left = Math.ceil((link.retryAt - useNow(250)) / 1000)
  return (
    <div class="banner red">
      <Icon name="gone" />
      <p>
        <strong>{words.gone}</strong> {words.goneText}{' '}
        <span aria-hidden="true">
          {left > 0 ? words.goneRetry(link.attempt, left) : words.goneTrying(link.attempt)}
        </span>
      </p>
      <button type="button" class="button small" onClick={retry}>
        {words.reconnect}
      </button>
    </div>
  )
}

function BotAway() {
  const words = useWords()
  const login = useStore((state) => state.login)
  const main = useStore((state) => state.screen === 'main')
  const requests = useStore((state) => state.requests)
  if (!main) return null
  const away = AWAY[stageOf(login, requests)]
  if (away) {
    const { icon, title, text } = away
    return (
      <div class="banner amber">
        <Icon name={icon} />
        <p>
          <strong>{title(words, login)}</strong> {text(words, location.origin)}
        </p>
      </div>
    )
  }
  const confirm = login.state === 'waitingForConfirm'
  if (!confirm && login.state !== 'waitingForScan') return null
  return (
    <div class="banner amber">
      <Icon name={confirm ? 'phone' : 'scan'} />
      <p>
        <strong>{confirm ? words.wantsConfirm : words.wantsScan}</strong> {confirm ? '' : words.wantsScanText}
      </p>
      <button type="button" class="button small" onClick={() => showScreen('login')}>
        {confirm ? words.goConfirm : words.goScan}
      </button>
    </div>
  )
}

interface Away {
  icon: IconName
  title(words: Words, login: LoginView): string
  text(words: Words, url: string): string
}

/** What to say, and to do, where no program is online and none waits for the phone. */
const AWAY: Readonly<Partial<Record<Stage, Away>>> = {
  none: { icon: 'qr', title: (words) => words.outNone, text: (words, url) => words.startOne(url) },
  cancelled: { icon: 'cancelled', title: (words) => words.outCancelled, text: (words, url) => words.startAgain(url) },
  expired: { icon: 'expired', title: (words) => words.outExpired, text: (words, url) => words.startAgain(url) },
  refused: { icon: 'alert', title: (words) => words.loginRefused, text: (words) => words.loginRefusedText },
  loggedOut: {
    icon: 'logout',
    title: (words, login) => logoutWord(words, login.logoutReason),
    text: (words, url) => words.startAgain(url),
  },
}

function logoutWord(words: Words, reason: number | undefined): string {
  switch (reason) {
    case 1100:
      return words.out1100
    case 1101:
      return words.out1101
    case 1102:
      return words.out1102
    default:
      return words.out0
  }
}

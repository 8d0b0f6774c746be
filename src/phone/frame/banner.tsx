import { useContext } from 'preact/hooks'
import { showScreen } from '../client.js'
import { FaultSign } from '../faults/fault-sign.js'
import { useNow } from '../hooks/use-now.js'
import { useStore } from '../hooks/use-store.js'
import { useWords } from '../hooks/use-words.js'
import { stageOf } from '../login/stage.js'
import { Icon } from '../parts/icon.js'
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
  if (stageOf(login, requests) === 'refused') {
    return (
      <div class="banner amber">
        <Icon name="alert" />
        <p>
          <strong>{words.loginRefused}</strong> {words.loginRefusedText}
        </p>
      </div>
    )
  }
  if (login.state === 'loggedOut') {
    return (
      <div class="banner amber">
        <Icon name="logout" />
        <p>
          <strong>{logoutWord(words, login.logoutReason)}</strong> {words.outText}
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

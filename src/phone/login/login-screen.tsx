import { showScreen, usePhone } from '../client.js'
import { Banner } from '../frame/banner.js'
import { useAction } from '../hooks/use-action.js'
import { useNow } from '../hooks/use-now.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { StringKey } from '../i18n/strings.js'
import { countdown } from '../i18n/time.js'
import { LangButton } from '../parts/lang-button.js'
import { Mark } from '../parts/mark.js'
import { ThemeButton } from '../parts/theme-button.js'
import { Phone } from './phone.js'
import { QrCard } from './qr-card.js'
import { RequestStrip } from './request-strip.js'
import { linkedUuid, type Stage, stageOf, stepOf } from './stage.js'
import { Steps } from './steps.js'

const TITLES: Readonly<Record<Stage, [StringKey, StringKey]>> = {
  none: ['loginNone', 'loginNoneText'],
  waitingForScan: ['loginScan', 'loginScanText'],
  waitingForConfirm: ['loginConfirm', 'loginConfirmText'],
  confirmed: ['loginConfirmed', 'loginConfirmedText'],
  initialising: ['loginInit', 'loginInitText'],
  online: ['loginOnline', 'loginOnlineText'],
  cancelled: ['loginCancelled', 'loginCancelledText'],
  expired: ['loginExpired', 'loginExpiredText'],
  loggedOut: ['loginOut', 'loginOutText'],
  refused: ['loginRefused', 'loginRefusedText'],
}

/** The bot's QR code on the left, the account's phone on the right. */
export function LoginScreen() {
  const strings = useStrings()
  const login = useStore((state) => state.login)
  const requests = useStore((state) => state.requests)
  const stage = stageOf(login, requests)
  const [title, text] = TITLES[stage]
  const linked = linkedUuid(location.pathname)
  const stale = stage === 'waitingForScan' && linked !== undefined && linked !== login.uuid
  return (
    <div class="login">
      <Banner />
      <main class="login-side">
        <header class="login-head">
          <Mark size={30} />
          <strong>{strings.title}</strong>
          <span class="grow" />
          <LangButton />
          <ThemeButton />
        </header>
        <div class="login-body">
          <div class="login-title" role="status">
            <h1>{strings[title]}</h1>
            <p>{stale ? strings.loginStale : strings[text]}</p>
          </div>
          <QrCard stage={stage} />
          <Meta stage={stage} />
          <Steps step={stepOf(stage)} />
          <button type="button" class="link-button" onClick={() => showScreen('main')}>
            {strings.toChats}
          </button>
        </div>
        <RequestStrip />
      </main>
      <div class="phone-side">
        <Phone stage={stage} />
        <p>{strings.phoneSide}</p>
      </div>
    </div>
  )
}

/** The uuid, its expiry, and a button that expires it. */
function Meta({ stage }: { stage: Stage }) {
  const strings = useStrings()
  const uuid = useStore((state) => state.login.uuid)
  const expiresAt = useStore((state) => state.login.expiresAt)
  const pending = stage === 'waitingForScan' || stage === 'waitingForConfirm'
  const now = useNow(pending ? 500 : 0)
  const { run, busy, error } = useAction(usePhone)
  if (uuid === undefined) return <p class="login-meta" />
  return (
    <p class="login-meta">
      <code>uuid {uuid}</code>
      {pending && expiresAt !== undefined && (
        <>
          <span aria-hidden="true">·</span>
          <span class="figures">{strings.expiresIn(countdown(expiresAt - now))}</span>
        </>
      )}
      {pending && (
        <button type="button" class="button small" disabled={busy} onClick={() => void run('expire')}>
          {strings.expire}
        </button>
      )}
      {error && (
        <span class="problem" role="alert">
          {strings.failed(error)}
        </span>
      )}
    </p>
  )
}

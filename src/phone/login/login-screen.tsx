import type { ComponentProps } from 'preact'
import { showScreen, usePhone } from '../client.js'
import { Banner } from '../frame/banner.js'
import { OtherHalf } from '../frame/other-half.js'
import { programCommand } from '../frame/program-command.js'
import { useAction } from '../hooks/use-action.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { StringKey } from '../i18n/strings.js'
import { CopyBox } from '../parts/copy-box.js'
import { Expiry } from './expiry.js'
import { LoginHead } from './login-head.js'
import { Phone } from './phone.js'
import { QrCard } from './qr-card.js'
import { ReplacedNote } from './replaced-note.js'
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

/** The status of the QR code in the stages in which the account is not shown over it. */
const QR_STATUS: Readonly<Partial<Record<Stage, ComponentProps<typeof QrCard>['status']>>> = {
  waitingForScan: 'valid',
  cancelled: 'cancelled',
  expired: 'expired',
  refused: 'alert',
}

const HIDDEN: readonly Stage[] = ['none', 'loggedOut']

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
        <LoginHead />
        <div class="login-body">
          <div class="login-title" role="status">
            <h1>{strings[title]}</h1>
            <p>{stale ? strings.loginStale : strings[text]}</p>
            {stage === 'waitingForScan' && <ReplacedNote half="web" />}
            <OtherHalf />
          </div>
          <QrCard rows={HIDDEN.includes(stage) ? undefined : login.qr} status={QR_STATUS[stage] ?? 'scanned'} />
          {HIDDEN.includes(stage) ? <CopyBox text={programCommand('web')} /> : <Meta stage={stage} />}
          <Steps
            names={[strings.step1, strings.step2, strings.step3, strings.step4, strings.step5]}
            step={stepOf(stage)}
          />
          <button type="button" class="link-button" onClick={() => showScreen('main')}>
            {strings.toChats}
          </button>
        </div>
        <RequestStrip />
      </main>
      <aside class="phone-side" aria-label={strings.phoneSide}>
        <Phone stage={stage} />
        <p aria-hidden="true">{strings.phoneSide}</p>
      </aside>
    </div>
  )
}

/** The uuid, its expiry, and a button that expires it. */
function Meta({ stage }: { stage: Stage }) {
  const strings = useStrings()
  const uuid = useStore((state) => state.login.uuid)
  const expiresAt = useStore((state) => state.login.expiresAt)
  const pending = stage === 'waitingForScan' || stage === 'waitingForConfirm'
  const { run, busy, error } = useAction(usePhone)
  if (uuid === undefined) return <p class="login-meta" />
  return (
    <p class="login-meta">
      <code>uuid {uuid}</code>
      {pending && expiresAt !== undefined && <Expiry at={expiresAt} />}
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

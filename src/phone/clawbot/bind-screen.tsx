import type { ComponentProps } from 'preact'
import { showScreen } from '../client.js'
import { Banner } from '../frame/banner.js'
import { OtherHalf } from '../frame/other-half.js'
import { programCommand } from '../frame/program-command.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { StringKey } from '../i18n/strings.js'
import { Expiry } from '../login/expiry.js'
import { LoginHead } from '../login/login-head.js'
import { QrCard } from '../login/qr-card.js'
import { ReplacedNote } from '../login/replaced-note.js'
import { RequestStrip } from '../login/request-strip.js'
import { Steps } from '../login/steps.js'
import { CopyBox } from '../parts/copy-box.js'
import { BindPhone } from './bind-phone.js'
import { QrActions } from './qr-actions.js'
import { type BindStage, bindStageOf, bindSteps, isPending } from './stage.js'

const TITLES: Readonly<Record<BindStage, [StringKey, StringKey]>> = {
  none: ['bindNone', 'bindNoneText'],
  waiting: ['bindWaiting', 'loginScanText'],
  verifyCode: ['bindCode', 'bindCodeText'],
  scanned: ['loginConfirm', 'bindScannedText'],
  declined: ['bindDeclined', 'bindDeclinedText'],
  blocked: ['bindBlocked', 'bindBlockedText'],
  expired: ['loginExpired', 'loginExpiredText'],
  bound: ['bindBound', 'bindBoundText'],
  online: ['loginOnline', 'loginOnlineText'],
  alreadyBound: ['bindAlready', 'bindAlreadyText'],
  ended: ['bindEnded', 'loginOutText'],
}

const QR_STATUS: Readonly<Partial<Record<BindStage, ComponentProps<typeof QrCard>['status']>>> = {
  waiting: 'valid',
  declined: 'cancelled',
  blocked: 'alert',
  expired: 'expired',
}

/** The program's QR code on the left, the owner's phone on the right. */
export function BindScreen() {
  const strings = useStrings()
  const clawbot = useStore((state) => state.clawbot)
  const stage = bindStageOf(clawbot)
  const [title, text] = TITLES[stage]
  const linked = new URLSearchParams(location.search).get('qrcode')
  const isStale = stage === 'waiting' && linked !== null && linked !== clawbot.login.qrcode
  const { labelKeys, step } = bindSteps(stage)
  return (
    <div class="login">
      <Banner />
      <main class="login-side">
        <LoginHead />
        <div class="login-body">
          <div class="login-title" role="status">
            <h1>{strings[title]}</h1>
            <p>{isStale ? strings.loginStale : strings[text]}</p>
            {stage === 'waiting' && <ReplacedNote half="clawbot" />}
            <OtherHalf />
          </div>
          <QrCard rows={stage === 'ended' ? undefined : clawbot.login.qr} status={QR_STATUS[stage] ?? 'scanned'} />
          {stage === 'none' || stage === 'ended' ? (
            <CopyBox text={programCommand('clawbot')} />
          ) : (
            <Meta stage={stage} />
          )}
          <Steps names={labelKeys.map((key) => strings[key])} step={step} />
          <QrActions stage={stage} />
          {clawbot.binding && (
            <button type="button" class="link-button" onClick={() => showScreen('main')}>
              {strings.bindToChat}
            </button>
          )}
        </div>
        <RequestStrip />
      </main>
      <aside class="phone-side" aria-label={strings.phoneSide}>
        <BindPhone stage={stage} />
        <p aria-hidden="true">{strings.phoneSide}</p>
      </aside>
    </div>
  )
}

/** The id of the QR code and its expiry. */
function Meta({ stage }: { stage: BindStage }) {
  const { qrcode = '', expiresAt } = useStore((state) => state.clawbot.login)
  const pending = isPending(stage)
  return (
    <p class="login-meta">
      <code>qrcode {qrcode.slice(0, 8)}…</code>
      {pending && expiresAt !== undefined && <Expiry at={expiresAt} />}
    </p>
  )
}

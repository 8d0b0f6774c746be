import { useRef } from 'preact/hooks'
import type { ClawbotAction } from '../../sandbox/control/view.js'
import { controlClawbot, showScreen } from '../client.js'
import { useAction } from '../hooks/use-action.js'
import { pressFocused, useKeys } from '../hooks/use-keys.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { StringKey } from '../i18n/strings.js'
import { PhoneButton } from '../login/phone-button.js'
import { PhoneFrame } from '../login/phone-frame.js'
import { ConfirmPrompt, Finder, PhoneNotice } from '../login/phone-view.js'
import type { IconName } from '../parts/icon.js'
import type { BindStage } from './stage.js'

const NOTICES: Readonly<
  Record<
    Exclude<BindStage, 'waiting' | 'verifyCode' | 'scanned'>,
    [IconName, StringKey, StringKey, 'ok' | 'quiet' | 'bad']
  >
> = {
  none: ['qr', 'phoneIdle', 'phoneIdleText', 'quiet'],
  declined: ['cancelled', 'bindPhoneDeclined', 'phoneWait', 'quiet'],
  blocked: ['alert', 'bindBlocked', 'phoneWait', 'bad'],
  expired: ['expired', 'phoneExpired', 'phoneWait', 'quiet'],
  bound: ['check', 'bindPhoneDone', 'bindPhoneDoneText', 'ok'],
  online: ['check', 'bindPhoneDone', 'bindPhoneDoneText', 'ok'],
  alreadyBound: ['check', 'bindAlready', 'bindPhoneAlreadyText', 'quiet'],
  ended: ['logout', 'bindEnded', 'phoneRestart', 'quiet'],
}

/** The owner's phone at each stage of a binding. */
export function BindPhone({ stage }: { stage: BindStage }) {
  const strings = useStrings()
  const up = useStore((state) => state.link.up)
  const isBound = useStore((state) => state.clawbot.binding !== undefined)
  const { run, busy, error } = useAction(controlClawbot)
  const disabled = !up || busy
  const press = (action: ClawbotAction) => () => {
    if (!disabled) void run(action)
  }

  useKeys({
    ...(stage === 'waiting' && { s: press('scan') }),
    ...((stage === 'scanned' || stage === 'verifyCode') && { Escape: press('decline') }),
    ...(stage === 'scanned' && { Enter: pressFocused(press('confirm')) }),
  })

  return (
    <PhoneFrame hasHead={stage === 'waiting'} view={<View stage={stage} />} error={error}>
      {stage === 'waiting' && (
        <PhoneButton primary icon="scan" hint="S" disabled={disabled} onClick={press('scan')}>
          {strings.scan}
        </PhoneButton>
      )}
      {stage === 'scanned' && (
        <PhoneButton primary hint="Enter" disabled={disabled} onClick={press('confirm')}>
          {strings.bindConfirm}
        </PhoneButton>
      )}
      {(stage === 'scanned' || stage === 'verifyCode') && (
        <PhoneButton hint="Esc" disabled={disabled} onClick={press('decline')}>
          {strings.bindDecline}
        </PhoneButton>
      )}
      {(stage === 'bound' || stage === 'online') && isBound && (
        <PhoneButton primary onClick={() => showScreen('main')}>
          {strings.toChatsNow}
        </PhoneButton>
      )}
    </PhoneFrame>
  )
}

function View({ stage }: { stage: BindStage }) {
  const strings = useStrings()
  const qr = useStore((state) => state.clawbot.login.qr)
  if (stage === 'waiting') return <Finder rows={qr} />
  if (stage === 'verifyCode') return <VerifyCode />
  if (stage === 'scanned') {
    const { bindAsk, bindAskText, bindAskText2 } = strings
    return <ConfirmPrompt icon="bot" title={bindAsk} before={bindAskText} after={bindAskText2} />
  }
  const [icon, title, text, tone] = NOTICES[stage]
  return <PhoneNotice icon={icon} title={strings[title]} text={strings[text]} tone={tone} />
}

/** The digits that must be entered in the program, and how often wrong ones were. */
function VerifyCode() {
  const strings = useStrings()
  const { verifyCode = '', attemptsLeft = 0 } = useStore((state) => state.clawbot.login)
  // The number of attempts at the first sight of the code.
  const allowed = useRef(attemptsLeft)
  allowed.current = Math.max(allowed.current, attemptsLeft)
  const wrong = allowed.current - attemptsLeft
  return (
    <div class="phone-view">
      <p>{strings.bindEnter}</p>
      <output class="verify-code">{verifyCode}</output>
      <p class={wrong > 0 ? 'problem' : 'quiet'} role="status">
        {wrong > 0 ? strings.bindWrong(wrong, attemptsLeft) : strings.bindAttempts(attemptsLeft)}
      </p>
    </div>
  )
}

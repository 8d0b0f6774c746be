import { showScreen } from '../client.js'
import { BackButtons } from '../frame/back-buttons.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { StringKey } from '../i18n/strings.js'
import { Icon, type IconName } from '../parts/icon.js'
import { type BindStage, bindStageOf, isPending } from './stage.js'

const NOTICES: Readonly<Partial<Record<BindStage, [IconName, StringKey, StringKey?]>>> = {
  waiting: ['scan', 'clawWantsScan', 'goScan'],
  verifyCode: ['phone', 'clawShowCode', 'clawGoCode'],
  scanned: ['phone', 'wantsConfirm', 'goConfirm'],
  declined: ['cancelled', 'bindDeclined'],
  blocked: ['alert', 'bindBlocked'],
  expired: ['expired', 'outExpired'],
  ended: ['logout', 'clawOutExpired'],
}

/** Banner above the ClawBot chat when a program wants to be bound, or the binding has ended. */
export function ClawbotBanner() {
  const strings = useStrings()
  const main = useStore((state) => state.screens.clawbot === 'main')
  const stage = useStore((state) => bindStageOf(state.clawbot))
  const isElsewhere = useStore((state) => state.clawbot.login.endReason === 'boundElsewhere')
  const notice = NOTICES[stage]
  if (!main || !notice) return null
  const [icon, title, button] = notice
  return (
    <div class="banner amber">
      <Icon name={icon} />
      <p>
        <strong>{strings[stage === 'ended' && isElsewhere ? 'clawOutElsewhere' : title]}</strong>
        {strings.gap}
        {!isPending(stage) && strings.clawStartAgain}
      </p>
      {button ? (
        <button type="button" class="button small" onClick={() => showScreen('login')}>
          {strings[button]}
        </button>
      ) : (
        <BackButtons half="clawbot" />
      )}
    </div>
  )
}

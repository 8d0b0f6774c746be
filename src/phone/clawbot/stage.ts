import type { ClawbotLoginState, ClawbotView } from '../../sandbox/control/view.js'
import type { StringKey } from '../i18n/strings.js'

/** Stage of a binding, as shown by the page. */
export type BindStage =
  | ClawbotLoginState
  /** The program is bound and receives messages. */
  | 'online'
  /** The program received the status that it is already bound, but the sandbox has no binding. */
  | 'alreadyBound'

/** The stage of the latest binding. */
export function bindStageOf({ login, binding }: Pick<ClawbotView, 'login' | 'binding'>): BindStage {
  if (login.state !== 'bound') return login.state
  if (!binding) return 'alreadyBound'
  return binding.online ? 'online' : 'bound'
}

/** Whether the QR code can still be used on the phone. */
export function isPending(stage: BindStage): boolean {
  return stage === 'waiting' || stage === 'verifyCode' || stage === 'scanned'
}

/** The steps of a binding; the verify code is one of them only while it is needed. */
export function bindSteps(stage: BindStage): { labelKeys: StringKey[]; step: number } {
  const steps: readonly (readonly [BindStage, StringKey])[] = [
    ['waiting', 'step1'],
    ...(stage === 'verifyCode' ? ([['verifyCode', 'bindStepCode']] as const) : []),
    ['scanned', 'step2'],
    ['bound', 'bindStepBound'],
    ['online', 'bindStepOnline'],
  ]
  return {
    labelKeys: steps.map(([, labelKey]) => labelKey),
    step: steps.findIndex(([name]) => name === stage) + 1,
  }
}

import { type BindStage, bindStageOf } from '../clawbot/stage.js'
import type { StringKey } from '../i18n/strings.js'
import { type Stage, stageOf } from '../login/stage.js'
import { isHalfWaiting } from '../store/select.js'
import { useStore } from './use-store.js'
import { useStrings } from './use-strings.js'

const STATE_STRINGS: Readonly<Record<Stage, StringKey>> = {
  none: 'stateNone',
  waitingForScan: 'stateWaitingForScan',
  waitingForConfirm: 'stateWaitingForConfirm',
  confirmed: 'stateConfirmed',
  initialising: 'stateInitialising',
  online: 'stateOnline',
  cancelled: 'stateCancelled',
  expired: 'stateExpired',
  loggedOut: 'stateLoggedOut',
  refused: 'stateRefused',
}

const BIND_STRINGS: Readonly<Record<BindStage, StringKey>> = {
  none: 'stateNone',
  waiting: 'stateWaitingForScan',
  verifyCode: 'bindCode',
  scanned: 'stateWaitingForConfirm',
  declined: 'bindDeclined',
  blocked: 'bindBlocked',
  expired: 'stateExpired',
  bound: 'stateBound',
  online: 'stateBoundOnline',
  alreadyBound: 'stateBound',
  ended: 'stateEnded',
}

/** The state of the program in the visible half as text, and the color of the status dot. */
export function useAccountState(): { text: string; dot: 'green' | 'amber' | 'grey' } {
  const strings = useStrings()
  const state = useStore(({ login, requests }) => stageOf(login, requests))
  const half = useStore((shown) => shown.half)
  const stage = useStore(({ clawbot }) => bindStageOf(clawbot))
  const isPhoneWaiting = useStore((shown) => isHalfWaiting(shown, shown.half))
  const offline = useStore(({ link }) => !link.up)
  if (offline) return { text: strings.noAnswer, dot: 'grey' }
  if (half === 'clawbot') {
    return { text: strings[BIND_STRINGS[stage]], dot: stage === 'online' ? 'green' : isPhoneWaiting ? 'amber' : 'grey' }
  }
  const text = strings[STATE_STRINGS[state]]
  if (state === 'online' || state === 'initialising' || state === 'confirmed') return { text, dot: 'green' }
  return { text, dot: isPhoneWaiting ? 'amber' : 'grey' }
}

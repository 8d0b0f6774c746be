import type { StringKey } from '../i18n/strings.js'
import { type Stage, stageOf } from '../login/stage.js'
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

/** The state of the account's bot as text, and the color of the status dot. */
export function useAccountState(): { text: string; dot: 'green' | 'amber' | 'grey' } {
  const strings = useStrings()
  const state = useStore(({ login, requests }) => stageOf(login, requests))
  const offline = useStore(({ link }) => !link.up)
  if (offline) return { text: strings.noAnswer, dot: 'grey' }
  const text = strings[STATE_STRINGS[state]]
  if (state === 'online' || state === 'initialising' || state === 'confirmed') return { text, dot: 'green' }
  return { text, dot: state === 'waitingForScan' || state === 'waitingForConfirm' ? 'amber' : 'grey' }
}

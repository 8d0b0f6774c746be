import { type Stage, stageOf } from '../login/stage.js'
import type { WordKey } from '../words/words.js'
import { useStore } from './use-store.js'
import { useWords } from './use-words.js'

const STATE_WORDS: Readonly<Record<Stage, WordKey>> = {
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

/** What the account's program does, in words, and the colour of its dot. */
export function useAccountState(): { text: string; dot: 'green' | 'amber' | 'grey' } {
  const words = useWords()
  const state = useStore(({ login, requests }) => stageOf(login, requests))
  const offline = useStore((one) => !one.link.up)
  if (offline) return { text: words.noAnswer, dot: 'grey' }
  const text = words[STATE_WORDS[state]]
  if (state === 'online' || state === 'initialising' || state === 'confirmed') return { text, dot: 'green' }
  return { text, dot: state === 'waitingForScan' || state === 'waitingForConfirm' ? 'amber' : 'grey' }
}

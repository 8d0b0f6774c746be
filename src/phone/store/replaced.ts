import type { ClawbotView, LoginView, RequestView } from '../../sandbox/control/view.js'
import { stageOf } from '../login/stage.js'
import type { State } from './state.js'

type Replacements = State['replaced']

/**
 * Programs request the next QR code at once when one is cancelled or expires, so the page would not show that state.
 * Returns why the code before this one was replaced.
 */
export function replacedQr(
  before: Pick<State, 'login' | 'replaced'> & { requests: readonly RequestView[] },
  login: LoginView,
): Replacements {
  const { web: reason, ...rest } = before.replaced
  if (login.uuid === before.login.uuid) return before.replaced
  const stage = stageOf(before.login, before.requests)
  const isLost = stage === 'cancelled' || stage === 'expired' || stage === 'refused'
  return isLost ? { ...rest, web: stage } : rest
}

/** Like `replacedQr`, for the QR code of the ClawBot. */
export function replacedClawbotQr(before: Pick<State, 'clawbot' | 'replaced'>, view: ClawbotView): Replacements {
  const { clawbot: reason, ...rest } = before.replaced
  const { login } = before.clawbot
  if (view.login.qrcode === login.qrcode) return before.replaced
  if (login.state === 'declined') return { ...rest, clawbot: 'cancelled' }
  return login.state === 'expired' || login.state === 'blocked' ? { ...rest, clawbot: login.state } : rest
}

import type { LoginState, LoginView, RequestView } from '../../sandbox/control/view.js'

/** Where a login stands, as the page shows it. */
export type Stage = LoginState | 'refused'

/** The login's state, or `refused` when the program was confirmed and the server said 1203 to it. */
export function stageOf(login: LoginView, requests: readonly RequestView[]): Stage {
  if (login.state !== 'confirmed' && login.state !== 'cancelled') return login.state
  const last = requests.findLast(
    (request) => request.endpoint === 'webwxnewloginpage' || request.endpoint === 'jslogin',
  )
  return last?.endpoint === 'webwxnewloginpage' && last.result === '1203' ? 'refused' : login.state
}

/** Which of the five steps is going on, from 1; 0 when none is. */
export function stepOf(stage: Stage): number {
  return ['waitingForScan', 'waitingForConfirm', 'confirmed', 'initialising', 'online'].indexOf(stage) + 1
}

/** The uuid of a link to the phone, `/l/<uuid>`. */
export function linkedUuid(path: string): string | undefined {
  const part = /^\/l\/([^/]+)/.exec(path)?.[1]
  try {
    return part && decodeURIComponent(part)
  } catch {
    return part
  }
}

import type { LoginState, LoginView, RequestView } from '../../sandbox/control/view.js'

/** Stage of a login, as shown by the page. */
export type Stage = LoginState | 'refused'

/** The state of the login, or `refused` if the phone confirmed it but the server returned 1203. */
export function stageOf(login: LoginView, requests: readonly RequestView[]): Stage {
  if (login.state !== 'confirmed' && login.state !== 'cancelled') return login.state
  const last = requests.findLast(
    (request) => request.endpoint === 'webwxnewloginpage' || request.endpoint === 'jslogin',
  )
  return last?.endpoint === 'webwxnewloginpage' && last.result === '1203' ? 'refused' : login.state
}

/** Number of the current step, 1 to 5; 0 when no login is in progress. */
export function stepOf(stage: Stage): number {
  return ['waitingForScan', 'waitingForConfirm', 'confirmed', 'initialising', 'online'].indexOf(stage) + 1
}

/** The uuid in a link to the phone, `/l/<uuid>`. */
export function linkedUuid(path: string): string | undefined {
  const part = /^\/l\/([^/]+)/.exec(path)?.[1]
  try {
    return part && decodeURIComponent(part)
  } catch {
    return part
  }
}

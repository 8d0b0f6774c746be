import type { Core } from '../core.js'
import { SandboxError } from '../errors.js'
import { loginView } from '../views/views.js'
import { json } from './guard.js'
import type { PhoneAction } from './view.js'

/** Acts on the phone's side of a login. */
export function actOnPhone(core: Core, action: PhoneAction): Response {
  if (action === 'logout') {
    if (!core.sessions.end(1100)) throw new SandboxError('logout: no program is logged in. Log one in first.')
  } else {
    core.logins[action]()
  }
  return json(loginView(core.logins, core.sessions, core.url))
}

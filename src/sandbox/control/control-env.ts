import type { Core } from '../core.js'

/** What a request to the control API carries: the account that it concerns. */
export interface ControlEnv {
  Bindings: { core: Core }
}

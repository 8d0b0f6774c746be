import type { Clock } from './clock.js'
import type { WorldSpec } from './world/spec.js'

/** Default port of a sandbox. */
export const DEFAULT_PORT = 8078

/** When and how the ticket page refuses a login with 1203. @see docs/protocol.md §3.4 */
export interface LoginRefusal {
  /** `'withoutUos'` admits programs that send the UOS headers. @see docs/protocol.md §2.6 */
  when: 'always' | 'withoutUos'
  /** Message shown to the user. */
  message?: string
}

/** Options of `startSandbox`. */
export interface SandboxOptions {
  /** On 127.0.0.1; 0 picks any free port. Default 8078. */
  port?: number
  /** Default: `DEFAULT_WORLD`, 陈一舟 and friends. */
  world?: WorldSpec
  /** Default: the system time. */
  clock?: Clock
  /**
   * Times out waits in tests, such as `nextMessage`. Default: the system time, even with a custom `clock`, so that
   * advancing `clock` past a poll does not time out the test's own waits.
   */
  waitClock?: Clock
  /** Default timeout of `nextMessage` in ms; `Infinity` for no limit. Default 3000. */
  messageTimeoutMs?: number
  /** Scans and confirms every login automatically. Default false. */
  autoLogin?: boolean
  /** Origin used in `redirect_uri`, such as `https://wx.qq.com`. Default: the origin of the request. */
  publicBase?: string
  /** Contacts per page of `webwxgetcontact`. Default 500. */
  contactPageSize?: number
  /** Maximum number of sync events per `webwxsync`. Default 100. */
  syncPageSize?: number
  /** Group size above which members can only be invited. Default 40. */
  inviteStartCount?: number
  /** Sends allowed within `windowMs` before 1205; `false` for no limit. Default 60 in 10 s. */
  floodLimit?: { sends: number; windowMs: number } | false
  /** Default: no login is refused. */
  loginRefusal?: LoginRefusal
  /** Maximum total size of stored media in bytes; the oldest are evicted. Default 512 MiB. */
  mediaLimitBytes?: number
}

/** Options with every default filled in. */
export interface Settings {
  clock: Clock
  waitClock: Clock
  messageTimeoutMs: number
  autoLogin: boolean
  publicBase: string | undefined
  contactPageSize: number
  syncPageSize: number
  inviteStartCount: number
  floodLimit: { sends: number; windowMs: number } | false
  loginRefusal: LoginRefusal | undefined
  mediaLimitBytes: number
}

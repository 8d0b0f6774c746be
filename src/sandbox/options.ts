import type { Clock } from './clock.js'
import type { WorldSpec } from './world/spec.js'

/** Port of a sandbox that was not told another. */
export const DEFAULT_PORT = 8078

/** When the ticket page refuses a login with 1203. @see docs/protocol.md §3.4 */
export interface LoginRefusal {
  /** `'withoutUos'` lets programs in that send the UOS headers. @see docs/protocol.md §2.6 */
  when: 'always' | 'withoutUos'
  /** What the person is told. */
  message?: string
}

/** How `startSandbox` is told what to be; everything has a default. */
export interface SandboxOptions {
  /** On 127.0.0.1; 0 takes any free one. Default 8078. */
  port?: number
  /** Default: a lively world of 陈一舟 and friends. */
  world?: WorldSpec
  /** Default: the machine's time. */
  clock?: Clock
  /**
   * What limits the waiting of tests, such as `nextMessage`. Default: the machine's time, also beside another `clock`: a
   * test that lets a poll run out is not to end its own waiting.
   */
  waitClock?: Clock
  /** Ms that `nextMessage` waits unless told otherwise; `Infinity` for ever. Default 3000. */
  messageTimeoutMs?: number
  /** Scans and confirms every login by itself. Default false. */
  autoLogin?: boolean
  /** Origin that `redirect_uri` names, such as `https://wx.qq.com`; default the one the program asked. */
  publicBase?: string
  /** Contacts on one page of `webwxgetcontact`. Default 500. */
  contactPageSize?: number
  /** Most news in one `webwxsync`. Default 100. */
  syncPageSize?: number
  /** Group size above which members can only be invited. Default 40. */
  inviteStartCount?: number
  /** Sends within `windowMs` before 1205; `false` for no limit. Default 60 in 10 s. */
  floodLimit?: { sends: number; windowMs: number } | false
  /** Default: nobody is refused. */
  loginRefusal?: LoginRefusal
  /** Bytes of pictures, films and files that are kept, the oldest are dropped. Default 512 MiB. */
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

import { inspect } from 'node:util'
import type { Clock } from './clock.js'
import { SandboxError } from './errors.js'
import type { IlinkOptions, IlinkSettings } from './ilink/options.js'
import type { WorldSpec } from './world/spec.js'

/** The default port of the sandbox. */
export const DEFAULT_PORT = 8078

/** The number of accounts that a sandbox can have. */
export const MAX_ACCOUNTS = 20

/** When and with which message the ticket page refuses a login with code 1203. @see docs/protocol.md §3.4 */
export interface LoginRefusal {
  /** `'withoutUos'` accepts programs that send the UOS headers. @see docs/protocol.md §2.6 */
  when: 'always' | 'withoutUos'
  /** The message shown to the user. */
  message?: string
}

/** Options for `startSandbox`. */
export interface SandboxOptions {
  /** The port on 127.0.0.1; 0 means any free port. Default 8078. */
  port?: number
  /**
   * An IP address of this machine at which other devices can open the page; see `Sandbox.hostUrl`. Programs can still
   * connect only to 127.0.0.1. Default: the page, too, is served only on 127.0.0.1.
   */
  host?: string
  /**
   * The people and groups; `'en'` is `ENGLISH_WORLD`, with Alex Carter and friends. Default `'zh'`: `DEFAULT_WORLD`,
   * with 陈一舟 and friends.
   */
  world?: WorldSpec | 'zh' | 'en'
  /** The sandbox's source of time. Default: the system clock. */
  clock?: Clock
  /**
   * The clock for the timeouts of waits in tests, such as `nextMessage`. Default: the system clock, even with a custom
   * `clock`, so that advancing `clock` past a poll does not make the test's own waits time out.
   */
  waitClock?: Clock
  /** Timeout of `nextMessage` in milliseconds; `Infinity` for no limit. Default 3000. */
  messageTimeoutMs?: number
  /** Whether to scan and confirm every login automatically. Default false. */
  autoLogin?: boolean
  /** The origin in `redirect_uri`, such as `https://wx.qq.com`. Default: the origin of the request. */
  publicBase?: string
  /** Number of contacts per page of `webwxgetcontact`. Default 500. */
  contactPageSize?: number
  /** Maximum number of sync events per `webwxsync`. Default 100. */
  syncPageSize?: number
  /** Group size above which new members must be invited instead of added. Default 40. */
  inviteStartCount?: number
  /** Number of sends allowed within `windowMs` before 1205 is returned; `false` for no limit. Default: 60 in 10 s. */
  floodLimit?: { sends: number; windowMs: number } | false
  /** Which logins to refuse. Default: none. */
  loginRefusal?: LoginRefusal
  /** Maximum total size of stored media in bytes, for each account; the oldest are evicted. Default 512 MiB. */
  mediaLimitBytes?: number
  /**
   * Options of the iLink service, which always answers beside the web protocol. If set and not false, the page opens
   * with the ClawBot chat. Default false.
   */
  ilink?: boolean | IlinkOptions
}

/** The options with all defaults filled in. */
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
  ilink: IlinkSettings
  /** Whether the page opens with the ClawBot chat. */
  opensClawbot: boolean
}

/** The names of all options of a type. The compiler requires each of them, and accepts no other. */
export type OptionNames<T> = Readonly<Record<keyof T, true>>

export const SANDBOX_OPTIONS: OptionNames<SandboxOptions> = {
  port: true,
  host: true,
  world: true,
  clock: true,
  waitClock: true,
  messageTimeoutMs: true,
  autoLogin: true,
  publicBase: true,
  contactPageSize: true,
  syncPageSize: true,
  inviteStartCount: true,
  floodLimit: true,
  loginRefusal: true,
  mediaLimitBytes: true,
  ilink: true,
}

const FLOOD_LIMIT: OptionNames<Exclude<Required<SandboxOptions>['floodLimit'], false>> = { sends: true, windowMs: true }
const LOGIN_REFUSAL: OptionNames<LoginRefusal> = { when: true, message: true }

/** Checks the names of the options, apart from those of the iLink service. Throws a `SandboxError`. */
export function checkSandboxOptions(options: SandboxOptions): void {
  checkOptions(options, SANDBOX_OPTIONS)
  const { floodLimit = false, loginRefusal } = options
  if (floodLimit !== false) checkOptions(floodLimit, FLOOD_LIMIT, 'floodLimit')
  if (loginRefusal !== undefined) checkOptions(loginRefusal, LOGIN_REFUSAL, 'loginRefusal')
}

/** Throws a `SandboxError` unless `options` is an object whose names are all known: other names would have no effect. */
export function checkOptions(options: unknown, names: Readonly<Record<string, true>>, at = 'options'): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new SandboxError(`Invalid ${at} ${inspect(options)}: expected an object.`)
  }
  const known = Object.keys(names)
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown === undefined) return
  const similar = known.find((name) => isSimilar(unknown, name))
  const advice = similar === undefined ? '' : ` Did you mean ${similar}?`
  throw new SandboxError(`Invalid option ${JSON.stringify(unknown)}: expected one of ${known.join(', ')}.${advice}`)
}

/** Whether two names differ in one place only, by at most two letters. The case and underscores do not matter. */
function isSimilar(name: string, known: string): boolean {
  const [a, b] = [name, known].map((text) => text.replaceAll('_', '').toLowerCase()) as [string, string]
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  let same = 0
  while (same < Math.min(a.length, b.length) - start && a.at(-1 - same) === b.at(-1 - same)) same++
  return Math.max(a.length, b.length) - start - same <= 2
}

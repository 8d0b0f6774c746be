import type { SessionIdentity } from '../../../transport/transport.js'
import type { Clock } from '../../../util/clock.js'
import type { Dict } from '../../../util/read.js'
import type { Hosts } from '../hosts.js'
import { KnownTexts } from './known-texts.js'
import { SendWindow, type WindowOptions } from './send-window.js'

/** The result of a login. @see docs/ilink.md §3 */
export interface Credentials {
  /** Secret. */
  readonly token: string
  /** New at every binding. */
  readonly botId: string
  /** The owner: the WeChat user who scanned the code. The same at every binding. */
  readonly userId: string
  /** Base URL of all requests after the login, without a slash at its end. */
  readonly apiBase: string
}

/** Messages that have been received but not accepted by the account. The server does not send them again. */
interface Unaccepted {
  readonly messages: readonly Dict[]
  /** Cursor after them. */
  readonly cursor: string
}

/** The state of one account's session. */
export class IlinkSession {
  readonly hosts: Hosts
  readonly window: SendWindow
  readonly texts = new KnownTexts()
  credentials: Credentials | undefined
  /** Whether the session has been started and not been logged out. */
  hasStarted = false
  /** Whether the server has ended the session. */
  hasEnded = false
  /** Cursor after the last acknowledged batch. */
  cursor = ''
  unaccepted: Unaccepted | undefined
  /** The latest token of the conversation; `''` before the owner's first message. @see docs/ilink.md §5 */
  contextToken = ''

  constructor(hosts: Hosts, clock: Clock, window: WindowOptions) {
    this.hosts = hosts
    this.window = new SendWindow(clock, window)
  }

  get isOpen(): boolean {
    return this.hasStarted && !this.hasEnded
  }

  get identity(): SessionIdentity | undefined {
    return this.hasStarted && this.credentials ? identityOf(this.credentials) : undefined
  }

  /** Starts a session. A new binding has its own cursor, tokens and limits. */
  start(credentials: Credentials): void {
    if (this.credentials?.botId !== credentials.botId) this.#clear()
    this.credentials = credentials
    this.hasStarted = true
    this.hasEnded = false
  }

  reset(): void {
    this.credentials = undefined
    this.hasStarted = false
    this.hasEnded = false
    this.#clear()
  }

  #clear(): void {
    this.cursor = ''
    this.unaccepted = undefined
    this.contextToken = ''
    this.window.reset()
    this.texts.clear()
  }
}

export function identityOf({ userId, botId }: Pick<Credentials, 'userId' | 'botId'>): SessionIdentity {
  return { account: userId, session: botId }
}

import { createHash } from 'node:crypto'
import type { SessionIdentity } from '../../../transport/transport.js'
import { type Hosts, hostsBeforeLogin } from '../hosts.js'
import { newDeviceId, TimedIds } from '../ids.js'
import type { BaseRequest } from '../wire/base.js'
import type { SyncKey } from '../wire/sync.js'
import type { Position } from './cursor.js'

/** What the server gave this client to prove who it is. */
export interface Credentials {
  uin: string
  sid: string
  skey: string
  /** As received: percent-encoded once. @see docs/protocol.md §2.4 */
  passTicket: string
}

/** Who we are to the server, and how far we have read. */
export class Session {
  hosts: Hosts
  deviceId = newDeviceId()
  credentials: Credentials | undefined
  /** The server ended it; what is known of it can still be saved. */
  isOver = false
  /** Own UserName; known after init. */
  userName = ''
  /** Cursor of `webwxsync`. */
  syncKey: SyncKey | undefined
  /** Cursor of `synccheck`; the same as `syncKey` until a sync says otherwise. */
  syncCheckKey: SyncKey | undefined
  inviteStartCount: number | undefined
  /** `ClientMsgId`: 17 digits. */
  readonly messageIds = new TimedIds(10_000n)
  /** `ClientMediaId`: 16 digits, a number on the wire. */
  readonly mediaIds = new TimedIds(1_000n)
  readonly loginOrigin: string
  readonly #doubtListeners = new Set<() => void>()

  constructor(loginOrigin: string) {
    this.loginOrigin = loginOrigin
    this.hosts = hostsBeforeLogin(loginOrigin)
  }

  /** Takes what a start of the session brought. */
  start(init: { skey: string; syncKey: SyncKey; inviteStartCount: number | undefined }): void {
    if (init.skey && this.credentials) this.credentials.skey = init.skey
    this.syncKey = init.syncKey
    this.syncCheckKey = undefined
    this.inviteStartCount = init.inviteStartCount
  }

  /**
   * Moves the position behind what came; returns whether it did. What was given up may come back late: when the position is no
   * longer `from`, it is further, or of another session.
   */
  move(from: SyncKey | undefined, { syncKey, syncCheckKey }: Position): boolean {
    if (this.syncKey !== from) return false
    this.syncKey = syncKey
    this.syncCheckKey = syncCheckKey
    return true
  }

  /** Forgets the last login, so that nothing of it can pass for the next one's. */
  reset(): void {
    this.hosts = hostsBeforeLogin(this.loginOrigin)
    this.forgetCredentials()
  }

  /** Forgets who we are, but not where the account lives. */
  forgetCredentials(): void {
    this.deviceId = newDeviceId()
    this.credentials = undefined
    this.isOver = false
    this.userName = ''
    this.syncKey = undefined
    this.syncCheckKey = undefined
    this.inviteStartCount = undefined
  }

  /** Calls the listener when a refused call suggests that the session is over; returns the function that removes it. */
  onDoubt(listener: () => void): () => void {
    this.#doubtListeners.add(listener)
    return () => this.#doubtListeners.delete(listener)
  }

  /** A refused call suggests that the session is over. @see docs/protocol.md §12.3 */
  doubt(): void {
    for (const listener of [...this.#doubtListeners]) listener()
  }

  /** @see docs/protocol.md §2.5 */
  baseRequest(): BaseRequest {
    const { uin, sid, skey } = this.credentials ?? { uin: '0', sid: '', skey: '' }
    return { Uin: Number(uin), Sid: sid, Skey: skey, DeviceID: this.deviceId }
  }
}

/** Whose session it is; the hash of the sid names it without being a secret. */
export function identityOf({ uin, sid }: Pick<Credentials, 'uin' | 'sid'>): SessionIdentity {
  return { account: uin, session: createHash('sha256').update(sid).digest('hex').slice(0, 16) }
}

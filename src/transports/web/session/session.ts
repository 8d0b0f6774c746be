import { createHash } from 'node:crypto'
import type { SessionIdentity } from '../../../transport/transport.js'
import { type Hosts, hostsBeforeLogin } from '../hosts.js'
import { newDeviceId, TimedIds } from '../ids.js'
import type { BaseRequest } from '../wire/base.js'
import type { SyncKey } from '../wire/sync.js'
import type { Position } from './cursor.js'

/** Credentials issued by the server. */
export interface Credentials {
  uin: string
  sid: string
  skey: string
  /** As received: percent-encoded once. @see docs/protocol.md §2.4 */
  passTicket: string
}

/** Credentials, hosts and sync position of the current login. */
export class Session {
  hosts: Hosts
  deviceId = newDeviceId()
  credentials: Credentials | undefined
  /** Whether the server has ended the session. Its state can still be saved. */
  hasEnded = false
  /** UserName of this account; known after `webwxinit`. */
  userName = ''
  /** Cursor for `webwxsync`. */
  syncKey: SyncKey | undefined
  /** Cursor for `synccheck`; when it is `undefined`, `syncKey` is used. */
  syncCheckKey: SyncKey | undefined
  inviteStartCount: number | undefined
  /** Generates `ClientMsgId` values, which have 17 digits. */
  readonly messageIds = new TimedIds(10_000n)
  /** Generates `ClientMediaId` values, which have 16 digits and are numbers on the wire. */
  readonly mediaIds = new TimedIds(1_000n)
  readonly loginOrigin: string
  readonly #suspectedEndListeners = new Set<() => void>()

  constructor(loginOrigin: string) {
    this.loginOrigin = loginOrigin
    this.hosts = hostsBeforeLogin(loginOrigin)
  }

  /** Applies the result of `webwxinit`. */
  start(init: { skey: string; syncKey: SyncKey; inviteStartCount: number | undefined }): void {
    if (init.skey && this.credentials) this.credentials.skey = init.skey
    this.syncKey = init.syncKey
    this.syncCheckKey = undefined
    this.inviteStartCount = init.inviteStartCount
  }

  /**
   * Advances the sync position; returns whether it moved. It does not move when it is no longer `from`: an abandoned
   * delivery may complete late, when the position has already moved on or belongs to another session.
   */
  advance(from: SyncKey | undefined, { syncKey, syncCheckKey }: Position): boolean {
    if (this.syncKey !== from) return false
    this.syncKey = syncKey
    this.syncCheckKey = syncCheckKey
    return true
  }

  /** Clears the data of the last login, so that none of it is used for the next login. */
  reset(): void {
    this.hosts = hostsBeforeLogin(this.loginOrigin)
    this.clearCredentials()
  }

  /** Clears everything except the hosts. */
  clearCredentials(): void {
    this.deviceId = newDeviceId()
    this.credentials = undefined
    this.hasEnded = false
    this.userName = ''
    this.syncKey = undefined
    this.syncCheckKey = undefined
    this.inviteStartCount = undefined
  }

  /** Adds a listener for refused calls that suggest that the session has ended; returns a function that removes it. */
  onSuspectedEnd(listener: () => void): () => void {
    this.#suspectedEndListeners.add(listener)
    return () => this.#suspectedEndListeners.delete(listener)
  }

  /** Reports a refused call that suggests that the session has ended. @see docs/protocol.md §12.3 */
  suspectEnd(): void {
    for (const listener of [...this.#suspectedEndListeners]) listener()
  }

  /** @see docs/protocol.md §2.5 */
  baseRequest(): BaseRequest {
    const { uin, sid, skey } = this.credentials ?? { uin: '0', sid: '', skey: '' }
    return { Uin: Number(uin), Sid: sid, Skey: skey, DeviceID: this.deviceId }
  }
}

/** Identifies a session. The sid is hashed, so that the identity is not secret. */
export function identityOf({ uin, sid }: Pick<Credentials, 'uin' | 'sid'>): SessionIdentity {
  return { account: uin, session: createHash('sha256').update(sid).digest('hex').slice(0, 16) }
}

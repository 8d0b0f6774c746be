import type { SyncKey } from '../../transports/web/wire/sync.js'
import { Uploads } from '../media/uploads.js'
import { Notifier } from '../notifier.js'
import { randomAlphanumeric, randomHex } from '../random.js'
import { Names } from './names.js'
import type { SyncEventLog } from './sync-event-log.js'
import { formatSyncKey, type SyncKeys } from './sync-keys.js'

/** Why a session ended; see `LoginView.logoutReason`. */
export type EndCode = 0 | 1100 | 1101 | 1102

/** What is remembered about the program's requests in order to check later ones. */
interface ProgramMemory {
  /** The `synckey` expected in the next `synccheck`; absent before the first sync and after every init. */
  checkKey?: string
  /** The `seq` expected in the next `webwxgetcontact`. */
  nextSeq: number
  /** Whether a `synccheck` reported sync events that have not been fetched yet. */
  syncDue: boolean
  /** Unix time in milliseconds of the latest `synccheck` that reported no events. */
  idleCheckAt?: number
  /** The `LocalID` of every message that the program has sent. */
  readonly localIds: Set<string>
  /** Upload keys by `ClientMediaId`. */
  readonly clientMediaIds: Map<string, string>
  /** The target chat of each upload by media id, until the upload is sent. */
  readonly uploadedFor: Map<string, string | undefined>
}

/** The sync state shared by the sessions of one account. @see docs/protocol.md §14.4 */
interface AccountEvents {
  readonly log: SyncEventLog
  readonly keys: SyncKeys
}

/** One session of a program: its credentials, UserNames and sync state. @see docs/protocol.md §2.4, §2.7 */
export class Session {
  readonly uin: number
  readonly sid = randomAlphanumeric(16)
  readonly skey = `@crypt_${randomHex(8)}_${randomHex(32)}`
  /** Percent-encoded, as in the ticket page. */
  readonly passTicket = encodeURIComponent(
    `${randomAlphanumeric(20)}/${randomAlphanumeric(20)}+${randomAlphanumeric(20)}=`,
  )
  readonly dataTicket = `gS${randomAlphanumeric(30)}`
  readonly authTicket = `CIsBE${randomAlphanumeric(60)}`
  readonly uvid = randomHex(32)
  /** Unix time in milliseconds. */
  readonly loginAt: number
  readonly names: Names
  readonly log: SyncEventLog
  readonly keys: SyncKeys
  /** The cursor at login. Earlier events are sent only to a program with an older key. */
  readonly start: number
  /** Notifies waiters of new sync events and of the end of the session. */
  readonly notifier = new Notifier()
  /** Ids of the contacts that have been sent to the program. */
  readonly known = new Set<string>()
  readonly memory: ProgramMemory = {
    nextSeq: 0,
    syncDue: false,
    localIds: new Set(),
    clientMediaIds: new Map(),
    uploadedFor: new Map(),
  }
  readonly uploads = new Uploads()
  /** Unix times in milliseconds of recent sends. */
  readonly sends: number[] = []
  /** Unix times in milliseconds of recent group creations. */
  readonly groupsMade: number[] = []
  /** The highest cursor that the program has sent. */
  confirmed: number
  synced = false
  /** The open `synccheck` requests that have arrived since the latest init. */
  polls = new Set<object>()
  /** Whether the program has called `synccheck` at least once. */
  polled = false
  #end: EndCode | undefined

  constructor(uin: number, loginAt: number, builtins: Iterable<string>, account: AccountEvents) {
    this.uin = uin
    this.loginAt = loginAt
    this.names = new Names(builtins)
    this.log = account.log
    this.keys = account.keys
    this.start = account.log.end
    this.confirmed = this.start
  }

  /** Why the session ended; `undefined` while it is live. */
  get endCode(): EndCode | undefined {
    return this.#end
  }

  end(code: EndCode): void {
    this.#end ??= code
    this.uploads.clear()
    this.notifier.notify()
  }

  /** Records the key that was sent to the program for its next `synccheck`. */
  expectKey(key: SyncKey): void {
    this.memory.checkKey = formatSyncKey(key)
  }

  /** Returns the SyncKey for a cursor, in the short form until the first sync. */
  keyAt(cursor: number): SyncKey {
    return this.keys.make(cursor, !this.synced)
  }
}

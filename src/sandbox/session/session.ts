import type { SyncKey } from '../../transports/web/wire/sync.js'
import { Uploads } from '../media/uploads.js'
import { Notifier } from '../notifier.js'
import { randomAlphanumeric, randomHex } from '../random.js'
import { Names } from './names.js'
import type { SyncEventLog } from './sync-event-log.js'
import { formatSyncKey, type SyncKeys } from './sync-keys.js'

/** Why a session ended: 1100 on the phone, 1101 logged in elsewhere, 1102 cookie invalid, 0 by the program. */
export type EndCode = 0 | 1100 | 1101 | 1102

/** Earlier requests of the program, to check later ones against. */
interface ProgramMemory {
  /** Expected `synckey` of the next `synccheck`; absent before the first sync and after every init. */
  checkKey?: string
  /** Expected `seq` of the next `webwxgetcontact`. */
  nextSeq: number
  /** A `synccheck` reported sync events that are not fetched yet. */
  syncDue: boolean
  /** Epoch ms of the latest `synccheck` that reported nothing. */
  idleCheckAt?: number
  /** Client ids of its sends. */
  readonly localIds: Set<string>
  /** Upload key by `ClientMediaId`. */
  readonly clientMediaIds: Map<string, string>
  /** World id of an upload's target chat, by media id, until it is sent. */
  readonly uploadedFor: Map<string, string | undefined>
}

/** The sync state shared by the sessions of one account. @see docs/protocol.md §14.4 */
interface AccountEvents {
  readonly log: SyncEventLog
  readonly keys: SyncKeys
}

/** One login of a program: its credentials, UserNames and sync state. @see docs/protocol.md §2.4, §2.7 */
export class Session {
  readonly uin: number
  readonly sid = randomAlphanumeric(16)
  readonly skey = `@crypt_${randomHex(8)}_${randomHex(32)}`
  /** As in the ticket page: percent-encoded. */
  readonly passTicket = encodeURIComponent(
    `${randomAlphanumeric(20)}/${randomAlphanumeric(20)}+${randomAlphanumeric(20)}=`,
  )
  readonly dataTicket = `gS${randomAlphanumeric(30)}`
  readonly authTicket = `CIsBE${randomAlphanumeric(60)}`
  readonly uvid = randomHex(32)
  /** Epoch ms. */
  readonly loginAt: number
  readonly names: Names
  readonly log: SyncEventLog
  readonly keys: SyncKeys
  /** Cursor at login: earlier events are only sent to a program with an older key. */
  readonly start: number
  /** Notifies of new sync events and of the end of the session. */
  readonly notifier = new Notifier()
  /** World ids of the contacts sent to the program. */
  readonly known = new Set<string>()
  readonly memory: ProgramMemory = {
    nextSeq: 0,
    syncDue: false,
    localIds: new Set(),
    clientMediaIds: new Map(),
    uploadedFor: new Map(),
  }
  readonly uploads = new Uploads()
  /** Epoch ms of recent sends. */
  readonly sends: number[] = []
  /** Epoch ms of recently created groups. */
  readonly groupsMade: number[] = []
  /** Highest cursor that the program has sent. */
  confirmed: number
  synced = false
  /** Open `synccheck` requests that arrived since the latest init. */
  polls = new Set<object>()
  /** The program has called `synccheck` at least once. */
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

  /** Absent while the session is live. */
  get endCode(): EndCode | undefined {
    return this.#end
  }

  end(code: EndCode): void {
    this.#end ??= code
    this.uploads.clear()
    this.notifier.notify()
  }

  /** Records the key sent to the program for its next `synccheck`. */
  expectKey(key: SyncKey): void {
    this.memory.checkKey = formatSyncKey(key)
  }

  /** The SyncKey of a cursor, in the short form until the first sync. */
  keyAt(cursor: number): SyncKey {
    return this.keys.make(cursor, !this.synced)
  }
}

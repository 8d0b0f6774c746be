import type { SyncKey } from '../../transports/web/wire/sync.js'
import { Uploads } from '../media/uploads.js'
import { Notifier } from '../notifier.js'
import { randomAlphanumeric, randomHex } from '../random.js'
import { Names } from './names.js'
import type { SyncEventLog } from './sync-event-log.js'
import { formatSyncKey, type SyncKeys } from './sync-keys.js'

/** Why a session is over: 1100 on the phone, 1101 logged in elsewhere, 1102 cookie invalid, 0 by the program. */
export type EndCode = 0 | 1100 | 1101 | 1102

/** What a program is known to have done, so that later requests can be compared with it. */
interface ProgramMemory {
  /** `synckey` the next `synccheck` should carry; absent before the first sync and after every init. */
  checkKey?: string
  /** `seq` the next `webwxgetcontact` should carry. */
  nextSeq: number
  /** A `synccheck` told of news that was not fetched yet. */
  owesSync: boolean
  /** Epoch ms of the latest `synccheck` that told of nothing. */
  idleCheckAt?: number
  /** Client ids of its sends. */
  readonly localIds: Set<string>
  /** Which upload each `ClientMediaId` stands for. */
  readonly clientMediaIds: Map<string, string>
  /** World ids of the chats that uploads were meant for, by media id, until they are sent. */
  readonly uploadedFor: Map<string, string | undefined>
}

/** What the sessions of one account share. @see docs/protocol.md §14.4 */
interface AccountEvents {
  readonly log: SyncEventLog
  readonly keys: SyncKeys
}

/** One login of a program: its credentials, its names for everybody, its news. @see docs/protocol.md §2.4, §2.7 */
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
  /** Cursor of the login: what came before is told to a program with an older key only. */
  readonly start: number
  /** Rings at news and when the session ends. */
  readonly notifier = new Notifier()
  /** World ids whose contact the program was given. */
  readonly known = new Set<string>()
  readonly memory: ProgramMemory = {
    nextSeq: 0,
    owesSync: false,
    localIds: new Set(),
    clientMediaIds: new Map(),
    uploadedFor: new Map(),
  }
  readonly uploads = new Uploads()
  /** Epoch ms of recent sends. */
  readonly sends: number[] = []
  /** Epoch ms of recently made groups. */
  readonly groupsMade: number[] = []
  /** Highest cursor the program has shown to have. */
  confirmed: number
  synced = false
  /** Open `synccheck` requests that arrived since the latest init. */
  polls = new Set<object>()
  /** It asked `synccheck` at least once. */
  polled = false
  #end: EndCode | undefined

  constructor(uin: number, loginAt: number, builtins: Iterable<string>, news: AccountEvents) {
    this.uin = uin
    this.loginAt = loginAt
    this.names = new Names(builtins)
    this.log = news.log
    this.keys = news.keys
    this.start = news.log.end
    this.confirmed = this.start
  }

  /** Absent while it lives. */
  get endCode(): EndCode | undefined {
    return this.#end
  }

  end(code: EndCode): void {
    this.#end ??= code
    this.uploads.clear()
    this.notifier.notify()
  }

  /** The program was given this key for its next `synccheck`. */
  expectKey(key: SyncKey): void {
    this.memory.checkKey = formatSyncKey(key)
  }

  /** The SyncKey for a cursor, in its short form until the first sync. */
  keyAt(cursor: number): SyncKey {
    return this.keys.make(cursor, !this.synced)
  }
}

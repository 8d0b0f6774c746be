import type { WireMessage } from '../../transports/web/wire/message.js'
import type { Message } from '../world/message.js'
import type { Names } from './names.js'

/** One event delivered by `webwxsync`. */
export type SyncEvent =
  | { kind: 'message'; message: Message }
  /** A contact or group is new or changed. */
  | { kind: 'contact'; id: string /** Includes the uins of the contact or members. */; uins?: boolean }
  | { kind: 'contactRemoved'; id: string }
  /** The own account's name changed. */
  | { kind: 'profile' }
  /** `message` was recalled by the person `by`; the notice has an id of its own. */
  | { kind: 'recall'; id: string; message: Message; by: string; at: number }
  /** The list of recent chats, or a chat read or opened on the phone. @see docs/protocol.md §10.13 */
  | { kind: 'statusNotify'; id: string; code: number; chatIds: readonly string[]; at: number }
  /** A message with raw wire fields; UserNames depend on the session. */
  | { kind: 'raw'; fieldsFor: (names: Names) => WireMessage }

import type { WireMessage } from '../../transports/web/wire/message.js'
import type { Message } from '../world/message.js'
import type { Names } from './names.js'

/** An event that `webwxsync` delivers. */
export type SyncEvent =
  | { kind: 'message'; message: Message }
  /** A contact or group was added or changed. */
  | { kind: 'contact'; id: string /** Whether the uins of the contact or members are included. */; uins?: boolean }
  | { kind: 'contactRemoved'; id: string }
  /** This account's name changed. */
  | { kind: 'profile' }
  /** `message` was recalled by the person `by`. The notice has its own id. */
  | { kind: 'recall'; id: string; message: Message; by: string; at: number }
  /** The list of recent chats, or a chat that was read or opened on the phone. @see docs/protocol.md §10.13 */
  | { kind: 'statusNotify'; id: string; code: number; chatIds: readonly string[]; at: number }
  /** A message with raw wire fields. Its UserNames depend on the session. */
  | { kind: 'raw'; id: string; fieldsFor: (names: Names) => WireMessage }

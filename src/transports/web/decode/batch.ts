import type { Batch } from '../../../transport/batch.js'
import type { SyncBatch } from '../api/sync.js'
import { toCursor } from '../session/cursor.js'
import { readContact, readMemberChange } from './contact.js'
import { readEnvelope } from './envelope.js'

/** Decodes a `webwxsync` reply; contacts and members without a UserName are omitted. */
export function readBatch(received: SyncBatch, ownUserName: string): Batch {
  return {
    messages: received.messages.map((message) => readEnvelope(message, ownUserName)),
    contacts: readLazily(received.contacts, readContact),
    members: readLazily(received.members, readMemberChange),
    removed: received.removed,
    // Serialized only for a journal.
    get cursor() {
      return toCursor(received)
    },
  }
}

/** Reads entries only as they are consumed: reading a large number at once would block the event loop. */
function readLazily<T>(values: readonly unknown[], read: (value: unknown) => T | undefined): Iterable<T> {
  return {
    *[Symbol.iterator]() {
      for (const value of values) {
        const entry = read(value)
        if (entry) yield entry
      }
    },
  }
}

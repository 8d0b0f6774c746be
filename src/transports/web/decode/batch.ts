import type { Batch } from '../../../transport/batch.js'
import type { SyncBatch } from '../api/sync.js'
import { readContact, readMemberChange } from './contact.js'
import { readEnvelope } from './envelope.js'

/** A reply of `webwxsync`, read; contacts and members without a UserName are left out. */
export function readBatch(sent: SyncBatch, ownUserName: string): Batch {
  return {
    messages: sent.messages.map((message) => readEnvelope(message, ownUserName)),
    contacts: each(sent.contacts, readContact),
    members: each(sent.members, readMemberChange),
    removed: sent.removed,
    cursor: JSON.stringify(sent.syncKey),
  }
}

/** Reads an entry when it is its turn: reading very many at once would hold up everything else. */
function each<T>(sent: readonly unknown[], read: (one: unknown) => T | undefined): Iterable<T> {
  return {
    *[Symbol.iterator]() {
      for (const one of sent) {
        const entry = read(one)
        if (entry) yield entry
      }
    },
  }
}

import type { Batch } from '../../../transport/batch.js'
import type { SyncBatch } from '../api/sync.js'
import { readContact, readMemberChange } from './contact.js'

/** A batch whose contacts are read. */
export type ReadBatch = Omit<SyncBatch, 'contacts' | 'members'> & Pick<Batch, 'contacts' | 'members'>

/** Reads the contacts and members of a batch; entries without a UserName are left out. */
export function readContactChanges(batch: SyncBatch): ReadBatch {
  return { ...batch, contacts: each(batch.contacts, readContact), members: each(batch.members, readMemberChange) }
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

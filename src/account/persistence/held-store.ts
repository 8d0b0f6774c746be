import { resolve } from 'node:path'
import { Documents, type DocumentsOptions } from './documents.js'
import type { Journal } from './journal.js'
import { journalStep } from './open-journal.js'
import type { SessionStore, StoreLock } from './session-store.js'
import { sealFor } from './state-key.js'

/** A store in use. */
export interface HeldStore {
  store: SessionStore
  documents: Documents
  lock: StoreLock | undefined
  journal: Journal | undefined
  /** A copy was kept of a journal that is damaged, or of another account. */
  hasCopy: boolean
}

/** Writes what is on its way, then gives the lock back. Takes as long as the store does. */
export async function giveBack({ store, journal, documents, lock }: HeldStore): Promise<void> {
  try {
    await journalStep(store, 'closed', async () => journal?.close())
  } finally {
    await documents.close().finally(() => lock?.unlock())
  }
}

/** @throws ArgumentError when the key in the environment is invalid */
export function openDocuments(
  store: SessionStore,
  onQuarantined: DocumentsOptions['onQuarantined'],
  options: Pick<DocumentsOptions, 'clock' | 'token'> = {},
): Documents {
  return new Documents({ store, onQuarantined, sealFor, ...options })
}

/** Absolute paths of what a store writes. */
export function filesOf(store: SessionStore): string[] {
  return [store.place, store.journalFile, store.identityChangesFile]
    .filter((path) => path !== undefined)
    .map((path) => resolve(path))
}

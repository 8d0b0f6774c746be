import { resolve } from 'node:path'
import { Documents, type DocumentsOptions } from './documents.js'
import type { Journal } from './journal.js'
import { journalStep } from './open-journal.js'
import type { SessionStore, StoreLock } from './session-store.js'
import { sealFor } from './state-key.js'

/** A store in use by this instance. */
export interface HeldStore {
  store: SessionStore
  documents: Documents
  lock: StoreLock | undefined
  journal: Journal | undefined
  /** Whether a damaged or foreign journal has already been copied to quarantine. */
  hasCopy: boolean
}

/** Completes pending writes, then releases the lock. Has no timeout of its own. */
export async function releaseStore({ store, journal, documents, lock }: HeldStore): Promise<void> {
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

/** Absolute paths of the files that a store writes. */
export function filesOf(store: SessionStore): string[] {
  return [store.place, store.journalFile, store.identityChangesFile]
    .filter((path) => path !== undefined)
    .map((path) => resolve(path))
}

import { resolve } from 'node:path'
import { unlessAborted } from '../../util/abort.js'
import type { Clock } from '../../util/clock.js'
import { fileError } from '../../util/file-error.js'
import { resolveLinks } from '../../util/resolve-links.js'
import { Documents, type SetAside } from './documents.js'
import { Journal } from './journal.js'
import { JournalFile } from './journal-file.js'
import type { SessionStore, StoreLock } from './session-store.js'
import { sealFor, wrongKey } from './state-key.js'

/** A store in use. */
export interface HeldStore {
  store: SessionStore
  documents: Documents
  lock: StoreLock | undefined
  journal: Journal | undefined
  /** A copy was kept of a journal with lines that cannot be read. */
  hasCopy: boolean
}

/** Writes what is on its way, then gives the lock back. Takes as long as the store does. */
export async function giveBack({ journal, documents, lock }: HeldStore): Promise<void> {
  try {
    await journal?.close()
  } finally {
    await documents.close().finally(() => lock?.unlock())
  }
}

/** @throws ArgumentError when the key in the environment is invalid */
export function openDocuments(store: SessionStore, onSetAside: (aside: SetAside) => void, clock?: Clock): Documents {
  return new Documents({ store, onSetAside, sealFor, ...(clock ? { clock } : {}) })
}

/** @throws FileError, ArgumentError when it is encrypted and the key is missing or another one, the signal's reason */
export async function openJournal(
  path: string,
  signal: AbortSignal,
  onError: (error: unknown) => void,
): Promise<Journal> {
  const open = async () => {
    const target = await attemptFile(path, 'opened', () => resolveLinks(path))
    const seal = sealFor('journal')
    const journal = await Journal.open(new JournalFile(target, seal), { onError })
    if (journal.lockedLines === 0) return journal
    await journal.close()
    throw wrongKey(`the journal ${path}`, seal)
  }
  return unlessAborted(open(), signal, (late) => late.close())
}

/** @throws FileError in place of what the work throws */
export async function attemptFile<T>(path: string, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw fileError(`${path} could not be ${what}`, path, cause)
  }
}

/** Absolute paths of what a store writes. */
export function filesOf(store: SessionStore): string[] {
  return [store.place, store.journalFile, store.identityChangesFile]
    .filter((path) => path !== undefined)
    .map((path) => resolve(path))
}

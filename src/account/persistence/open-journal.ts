import { FileError } from '../../errors.js'
import { attemptFile, fileError } from '../../util/file-error.js'
import { raceSignal } from '../../util/race-signal.js'
import { redactCause } from '../../util/redact.js'
import { resolveLinks } from '../../util/resolve-links.js'
import { FileJournal } from './file-journal.js'
import type { Journal, OpenJournalOptions } from './journal.js'
import { JournalFile } from './journal-file.js'
import type { SessionStore } from './session-store.js'
import { sealFor, wrongKey } from './state-key.js'

/**
 * Opens the journal of a locked store. Resolves to `undefined` if the store has no journal.
 *
 * @throws FileError; ArgumentError when it is encrypted and the key is missing or wrong; the signal's reason
 */
export function openJournal(
  store: SessionStore,
  options: Omit<OpenJournalOptions, 'seal'>,
): Promise<Journal | undefined> {
  const open = async () => (await openCustom(store, options)) ?? (await openFile(store.journalFile, options.onError))
  return raceSignal(open(), options.signal, (late) => late?.close())
}

async function openCustom(
  store: SessionStore,
  options: Omit<OpenJournalOptions, 'seal'>,
): Promise<Journal | undefined> {
  const seal = sealFor('journal')
  return journalStep(store, 'opened', async () => store.openJournal?.({ ...options, seal }))
}

/** Runs one journal operation. A custom journal may reject with any value. @throws FileError */
export async function journalStep<T>({ place }: SessionStore, action: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (cause) {
    if (cause instanceof FileError) throw cause
    throw fileError(`The journal of ${place} could not be ${action}`, place, redactCause(cause))
  }
}

async function openFile(path: string | undefined, onError: (error: unknown) => void): Promise<Journal | undefined> {
  if (path === undefined) return undefined
  const target = await attemptFile(path, 'opened', () => resolveLinks(path))
  const seal = sealFor('journal')
  const file = new JournalFile(target, seal)
  const journal = await FileJournal.open(file, { onError })
  if (file.lockedLines === 0) return journal
  await journal.close()
  throw wrongKey(`the journal ${path}`, seal)
}

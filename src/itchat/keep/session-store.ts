import type { Unlock } from '../../util/process-lock.js'

/** What hot reload keeps. */
export type StoredDocument =
  /** The session, to continue it. Whoever reads it can act as the account. */
  | 'session'
  /** Who is who across logins. */
  | 'identities'

/**
 * Where hot reload keeps an account between two runs. `FileSessionStore` is the usual one; write one of these to keep it in a
 * database. Contents are texts to be given back as they were.
 */
export interface SessionStore {
  /** What to call it in messages: a path, a key. */
  readonly place: string
  /** Resolves to what was saved last; `undefined` when nothing was. */
  load(document: StoredDocument): Promise<string | undefined>
  /** Resolves when it would survive the death of the process. */
  save(document: StoredDocument, content: string): Promise<void>
  /** Moves what cannot be used out of the way without deleting it. Resolves to where it is now. */
  setAside(document: StoredDocument): Promise<string>
  /**
   * Takes the place for one process alone. Resolves to the function that gives it back; `undefined` when another has it.
   * Absent: nothing keeps two programs apart.
   */
  lock?(): Promise<Unlock | undefined>
  /**
   * Path of the file that takes changes of `'identities'` as they happen, so that the whole is saved seldom. Absent: the whole
   * is saved, at most every five seconds.
   */
  readonly identityChangesFile?: string
  /** Path of the file that keeps received messages until they are handled. Absent: they wait in memory, and end with it. */
  readonly journalFile?: string
}

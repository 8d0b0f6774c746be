import type { Unlock } from '../../util/process-lock.js'
import type { Journal, OpenJournalOptions } from './journal.js'

/** What hot reload keeps. */
export type StoredDocument =
  /** The session, to continue it. Whoever reads it can act as the account. */
  | 'session'
  /** Who is who across logins. */
  | 'identities'

/** A place that is held for one process alone. */
export interface StoreLock {
  /** Gives the place back. */
  unlock: Unlock
  /**
   * Aborts when another process has taken the place over: the instance then stops as by `close()`, without saving. Absent: the
   * place is held until `unlock`.
   */
  lost?: AbortSignal
  /**
   * Whether this process may act for the account at this moment: called before every request, so it must answer at once. For a lease, compare
   * its deadline with a monotonic clock (`performance.now()`), which goes on while the process cannot renew it. While it does not answer
   * `true`, no request leaves, and calls that need one fail with a `StateError`. Absent: until `lost` aborts.
   */
  mayAct?(): boolean
  /**
   * Names this one holding. It is passed to every write, so that a store can refuse the writes of a former holder that has not
   * noticed yet: `save`, `setAside` and all writes of the journal must reject when their token is not that of the current holder.
   */
  token?: string
}

/** What goes with each write to a store. */
export interface WriteOptions {
  /** That of the lock; absent when the lock has none, or there is no lock. */
  token?: string
}

/**
 * Where hot reload keeps an account between two runs. `FileSessionStore` is the usual one; write one of these to keep it in a
 * database. Contents are texts to be given back as they were.
 *
 * A call that throws, or does not answer within 30 seconds, has failed: a failed `save` is an `error` event and is tried again, a
 * failed `load`, `lock` or `openJournal` is what `autoLogin` rejects with. Only `lock` and `openJournal` may take longer.
 *
 * @see docs/guide/sessions.md
 */
export interface SessionStore {
  /** What to call it in messages: a path, a key. */
  readonly place: string
  /** Resolves to what was saved last; `undefined` when nothing was. */
  load(document: StoredDocument): Promise<string | undefined>
  /** Resolves when it would survive the death of the process. */
  save(document: StoredDocument, content: string, options?: WriteOptions): Promise<void>
  /** Moves what cannot be used out of the way without deleting it. Resolves to where it is now. */
  setAside(document: StoredDocument, options?: WriteOptions): Promise<string>
  /**
   * Takes the place for one process alone. Resolves to the lock, or to the bare function that gives it back; `undefined` when
   * another process has it. Absent: nothing keeps two programs apart.
   *
   * @param options `signal` aborts when the login is given up; a lock that arrives later is given back at once
   */
  lock?(options?: { signal?: AbortSignal }): Promise<StoreLock | Unlock | undefined>
  /**
   * Opens what keeps received messages until they are handled, once the place is locked; it is closed before the place is
   * given back. Absent, or resolves to `undefined`: `journalFile` does.
   */
  openJournal?(options: OpenJournalOptions): Promise<Journal | undefined>
  /** Path of the file that keeps them instead, read once the place is locked. Absent as well: they end with the process. */
  readonly journalFile?: string
  /**
   * Path of the file that takes changes of `'identities'` as they happen, so that the whole is saved seldom; read once the place
   * is locked. Absent: the whole is saved, at most every five seconds.
   */
  readonly identityChangesFile?: string
}

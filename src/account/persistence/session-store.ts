import type { Unlock } from '../../util/process-lock.js'
import type { Journal, OpenJournalOptions } from './journal.js'

/** Documents that hot reload stores. */
export type StoredDocument =
  /** The saved login. Secret: anyone who can read it can act as the account. */
  | 'session'
  /** Contact identities across logins. */
  | 'identities'
  /** Messages that wait to be sent. Saved only once there are any. @see SendOptions.queue */
  | 'queue'

/** An exclusive lock on a store. */
export interface StoreLock {
  /** Releases the lock. */
  unlock: Unlock
  /**
   * Aborts when another process has taken over the store: the instance then stops as if closed, without saving. If
   * absent, the lock is held until `unlock`.
   */
  lost?: AbortSignal
  /**
   * Whether this process may act for the account now. Called before every request, so it must return immediately. For a
   * lease, compare its deadline with a monotonic clock (`performance.now()`), which advances even while the process
   * cannot renew the lease. Unless it returns `true`, no request is sent, and calls that need one fail with a
   * `StateError`. If absent, requests are allowed until `lost` aborts.
   */
  mayAct?(): boolean
  /**
   * Fencing token that identifies this holder. It is passed to every write, so that a store can reject writes by a
   * former holder that has not noticed the loss yet: `save`, `setAside` and all writes by the journal must reject
   * unless their token is the current holder's.
   */
  token?: string
}

/** Options for each write to a store. */
export interface WriteOptions {
  /** The token of the lock; absent without a lock, or when the lock has no token. */
  token?: string
}

/**
 * Storage for an account between runs. `FileSessionStore` is the usual implementation; implement this interface to use
 * a database. Contents are strings that must be returned verbatim.
 *
 * A call that throws, or does not settle within 30 seconds, counts as failed: a failed `save` emits `error` and is
 * retried; `autoLogin` rejects with the failure of `load`, `lock` or `openJournal`. Only `lock` and `openJournal` may
 * take longer.
 *
 * @see docs/guide/sessions.md
 */
export interface SessionStore {
  /** Name of the store in messages, such as a path or a key. */
  readonly place: string
  /** Resolves to the last saved content; `undefined` when nothing was saved. */
  load(document: StoredDocument): Promise<string | undefined>
  /** Resolves when the content would survive the death of the process. */
  save(document: StoredDocument, content: string, options?: WriteOptions): Promise<void>
  /** Quarantines an unusable document without deleting it. Resolves to its new location. */
  setAside(document: StoredDocument, options?: WriteOptions): Promise<string>
  /**
   * Locks the store for this process. Resolves to the lock, or to just the function that releases it; `undefined` when
   * another process holds it. If absent, two programs can use the store at the same time.
   *
   * @param options `signal` aborts when the login is canceled; a lock acquired after that is released immediately
   */
  lock?(options?: { signal?: AbortSignal }): Promise<StoreLock | Unlock | undefined>
  /**
   * Opens the journal of unhandled messages. Called once the store is locked; the journal is closed before the lock is
   * released. If absent, or if it resolves to `undefined`, `journalFile` is used.
   */
  openJournal?(options: OpenJournalOptions): Promise<Journal | undefined>
  /**
   * Path of the journal file, read once the store is locked. Without either journal, unhandled messages are lost when
   * the process ends.
   */
  readonly journalFile?: string
  /**
   * Path of the file that records changes to `'identities'` as they happen, so that the whole document needs to be
   * saved only rarely. Read once the store is locked. If absent, the whole document is saved, at most every five
   * seconds.
   */
  readonly identityChangesFile?: string
}

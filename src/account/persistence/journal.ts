import type { Seal } from '../../util/seal.js'
import type { Incoming, JournalOwner, Received } from './journal-record.js'

/** Options for opening the journal of a store. */
export interface OpenJournalOptions {
  /** Aborts when the login is canceled. A journal opened after that is closed immediately. */
  signal: AbortSignal
  /** The `token` of the lock, for stores that reject writes by a former holder. */
  token?: string | undefined
  /** Encrypts message content. Present when `ITCHAT_STATE_KEY` is set. */
  seal?: Seal | undefined
  /** Reports a failure that no caller awaits. */
  onError(error: unknown): void
}

/**
 * Stores received messages until they are handled, for one account and one instance at a time. With a remote journal,
 * another machine can take over.
 *
 * Written data survives the death of this process. A failed call rejects and changes nothing; the caller retries it.
 * After `close` or `discard`, nothing is written.
 */
export interface Journal {
  /**
   * Owner of the most recently started session, even if that was in an earlier process; `undefined` while the journal
   * is empty, or when the owner is unreadable because of damage.
   */
  readonly owner: JournalOwner | undefined
  /** Cursor after the last batch added in the owner's session; `undefined` before the first batch. */
  readonly cursor: string | undefined
  /** Number of messages that are not done. */
  readonly size: number
  /** Number of messages that were started and are neither done nor held. */
  readonly inFlight: number
  /** Whether `take` would return any messages. */
  readonly canTake: boolean

  /**
   * Starts a session: unfinished messages become available to `take` again, except those in flight or held. The cursor
   * is kept when the owner's session continues, and cleared otherwise.
   *
   * @param update returns the message for the new session; `former` is the owner in the previous session, absent when
   * the session continues
   * @throws when the journal contains messages for another account
   */
  begin(owner: JournalOwner, update: (received: Received, former?: JournalOwner) => Received): Promise<void>
  /** Removes all messages, all ids and the owner. */
  clear(): Promise<void>
  /**
   * Records the new messages of a batch and the cursor after them in one write: a process that dies has either recorded
   * both or receives both again. A message is not new if its id is among the latest 10,000, including the ids of
   * messages already done, or if its id or one of its `aliases` is among the ids and aliases of those messages. A journal
   * that ignores `aliases` accepts a message again that is redelivered under another id. A batch without new messages need not be written; `sync` then records its cursor.
   *
   * @returns the messages to hand out now, in order; `take` returns the remaining ones later. The caller must hand them
   * out before it awaits anything
   */
  add(batch: readonly Incoming[], cursor: string): Promise<Received[]>
  /**
   * Returns the next messages not yet handed out, in order within each conversation. Interrupted messages, whose
   * `attempts` is above 0, come first, unless an earlier message in their conversation precedes them.
   *
   * @returns the messages to hand out. The caller must hand them out before it awaits anything
   */
  take(): Promise<Received[]>
  /**
   * Records that a handler is about to start, so that `attempts` is one higher if the process dies. While other
   * handlers are running, `attempts` is limited to two. A failed write is reported, and the handler runs anyway.
   *
   * @param term `term` of the `Received`
   * @param isAlone whether no other handler is running
   * @returns false when the handler must not start: the message is done, started, held, or handed out again
   */
  started(n: number, term: number, isAlone: boolean): boolean | Promise<boolean>
  /**
   * Records that a message has been handled. Returns once it will never be delivered again. A failed write is reported
   * and retried with the next write.
   *
   * @returns false when the journal is closed: the message will be delivered again
   */
  done(n: number): boolean | Promise<boolean>
  /**
   * Records that the handler has returned and that the program is holding the message until `done` or `giveBack`. If
   * the process dies, `attempts` keeps the value from before the handler was started. A failed write is reported and
   * retried with the next write.
   */
  held(n: number): void | Promise<void>
  /** Makes a held message available to `take` again. */
  giveBack(n: number): Promise<void>
  /**
   * Excludes the message with this id from handling, because this account sent it. The message may already be waiting
   * or may arrive later.
   */
  remember(id: string): Promise<void>
  /** Defers a message that cannot be handed out now until the next session. */
  postpone(n: number): void
  /** Resolves when there is room for another batch. Until then, nothing more is fetched from the server. */
  room(signal: AbortSignal): Promise<void>
  /** Resolves when no message is in flight. */
  idle(): Promise<void>
  /**
   * Resolves when everything so far, including the cursor, would survive a power cut, as far as the store can guarantee
   * it.
   */
  sync(): Promise<void>
  /** Completes pending writes and releases all resources. */
  close(): Promise<void>
  /** Closes the journal without writing to it again, because the lock has been lost. */
  discard(): Promise<void>

  /**
   * The reason why part of the journal is unreadable, until `begin` is called; `undefined` without damage. A journal
   * that cannot be damaged may omit it.
   */
  readonly damage?: string | undefined
  /**
   * Quarantines a copy of the journal before messages for another account are cleared or damage is overwritten.
   * Resolves to the location of the copy. If absent, no copy is kept.
   */
  setAside?(): Promise<string>
  /**
   * Stores a message whose handler has ended the process three times, for manual inspection. Resolves to its location,
   * or to `undefined` if there is not enough room. If absent, the message is only reported.
   */
  deadLetter?(received: Received): Promise<string | undefined>
}

/** Whether a journal contains no messages for another account. False when the owner is unreadable because of damage. */
export function isJournalOf({ size, owner }: Pick<Journal, 'size' | 'owner'>, account: string): boolean {
  return size === 0 || owner?.account === account
}

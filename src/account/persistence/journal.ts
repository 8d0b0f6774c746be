import type { Seal } from '../../util/seal.js'
import type { Incoming, JournalOwner, Received } from './journal-record.js'

/** Options for opening the journal of a store. */
export interface OpenJournalOptions {
  /** Aborts when the login is cancelled. A journal opened after that is closed immediately. */
  signal: AbortSignal
  /** The `token` of the lock, for stores that reject writes of a former holder. */
  token?: string | undefined
  /** Encrypts message content. Present when `ITCHAT_STATE_KEY` is set. */
  seal?: Seal | undefined
  /** Reports a failure that no caller awaits. */
  onError(error: unknown): void
}

/**
 * Stores received messages until they are handled, for one account and one instance at a time. With a remote journal
 * another machine can continue.
 *
 * Written data survives the death of this process. A call that fails rejects, changes nothing, and is repeated. After `close`
 * or `discard` nothing is written.
 */
export interface Journal {
  /**
   * Owner of the last session that began, also in an earlier process; `undefined` while the journal is empty, or when damage
   * hides it.
   */
  readonly owner: JournalOwner | undefined
  /** Cursor after the last batch added in the owner's session; `undefined` before the first batch. */
  readonly cursor: string | undefined
  /** Number of messages that are not done. */
  readonly size: number
  /** Number of messages that were started and are neither done nor held. */
  readonly inFlight: number
  /** Whether `take` would return any. */
  readonly canTake: boolean

  /**
   * Starts a session: unfinished messages become available to `take` again, except those in flight or held. The cursor is
   * kept when the owner's session continues, and cleared otherwise.
   *
   * @param update returns the message for the new session; `former` is the owner in the session before, absent when the
   * session continues
   * @throws when the journal contains messages of another account
   */
  begin(owner: JournalOwner, update: (received: Received, former?: JournalOwner) => Received): Promise<void>
  /** Removes all messages, ids and the owner. */
  clear(): Promise<void>
  /**
   * Records the new messages of a batch and the cursor after them in one write: a process that dies has recorded both, or
   * receives both again. The latest 10,000 ids are known, including those of messages that are done, and are not new. A batch
   * without new messages need not be written; `sync` then records its cursor.
   *
   * @returns messages to hand out now, in order; the others wait for `take`. The caller hands them out before it awaits
   * anything
   */
  add(batch: readonly Incoming[], cursor: string): Promise<Received[]>
  /**
   * Returns the next messages that were not handed out, each conversation in order. Messages with `attempts` are first where no
   * other message of their conversation precedes them.
   *
   * @returns messages to hand out. The caller hands them out before it awaits anything
   */
  take(): Promise<Received[]>
  /**
   * Records that a handler is about to start, so that the message has one more attempt if the process dies; at most two
   * while other handlers were running. A failed write is reported, and the handler runs anyway.
   *
   * @param term of the `Received`
   * @param isAlone no other handler is running
   * @returns false when the handler must not start: the message is done, started, held, or handed out again
   */
  started(n: number, term: number, isAlone: boolean): Promise<boolean>
  /**
   * Records that a message is handled. Resolves when it will never be delivered again. A failed write is reported and
   * repeated with the next one.
   *
   * @returns false when the journal is closed: the message will be delivered again
   */
  done(n: number): Promise<boolean>
  /**
   * Records that the handler has returned and the program holds the message until `done` or `giveBack`. If the process dies, the
   * message keeps the attempts it had before its handler started. A failed write is reported and repeated with the next one.
   */
  held(n: number): Promise<void>
  /** Makes a held message available to `take` again. */
  giveBack(n: number): Promise<void>
  /** Excludes the message with this id from handling, whether waiting or yet to arrive: this account sent it. */
  remember(id: string): Promise<void>
  /** Defers a message that cannot be handed out now to the next session. */
  postpone(n: number): void
  /** Resolves when there is room for another batch. Until then nothing more is fetched from the server. */
  room(signal: AbortSignal): Promise<void>
  /** Resolves when no message is in flight. */
  idle(): Promise<void>
  /** Resolves when everything so far, including the cursor, would survive a power cut as far as the store can guarantee. */
  sync(): Promise<void>
  /** Completes pending writes and releases all resources. */
  close(): Promise<void>
  /** Closes without another write, because the lock was lost. */
  discard(): Promise<void>

  /** Reason why a part of the journal is unreadable, until `begin`. Absent: the journal cannot be damaged. */
  readonly damage?: string | undefined
  /**
   * Quarantines a copy of the journal before messages of another account are cleared or damage is overwritten. Resolves to the
   * location of the copy. Absent: no copy is kept.
   */
  setAside?(): Promise<string>
  /**
   * Stores a message whose handler ended the process three times, for manual inspection. Resolves to its location; to `undefined`
   * when there is no room. Absent: the message is only reported.
   */
  deadLetter?(received: Received): Promise<string | undefined>
}

/** Whether a journal contains no messages of another account. False when damage hides the owner. */
export function isJournalOf({ size, owner }: Pick<Journal, 'size' | 'owner'>, account: string): boolean {
  return size === 0 || owner?.account === account
}

import type { Seal } from '../../util/seal.js'
import type { Incoming, JournalOwner, Received } from './journal-record.js'

/** What a store is given to open its journal. */
export interface OpenJournalOptions {
  /** Aborts when the login is given up; a journal that is opened later is closed at once. */
  signal: AbortSignal
  /** The `token` of the lock, for stores that refuse the writes of a former holder. */
  token?: string | undefined
  /** Encrypts what people wrote. Present when `ITCHAT_STATE_KEY` is set. */
  seal?: Seal | undefined
  /** Reports a failure that no caller waits for. */
  onError(error: unknown): void
}

/**
 * Received messages until they are handled, for one account and one instance at a time. A remote journal keeps them where another
 * machine can go on.
 *
 * What was written survives the death of this process. A call that fails rejects, and changes nothing; it is made again. After
 * `close` or `discard` nothing is written.
 */
export interface Journal {
  /** Whose session was begun last, also in an earlier process; `undefined` while it is empty, or when that is lost. */
  readonly owner: JournalOwner | undefined
  /** Position behind the last batch that was added in the owner's session; `undefined` before the first one. */
  readonly cursor: string | undefined
  /** Messages that are not done. */
  readonly size: number
  /** Messages that were begun and are neither done nor held. */
  readonly inFlight: number
  /** `take` has some. */
  readonly canTake: boolean

  /**
   * Starts a session: what is not done waits for `take` again, except what is in flight or held. The cursor stays when the session
   * of the owner goes on, else it is forgotten.
   *
   * @param bring a message up to date; `former` is the owner in the session before, absent when the session goes on
   * @throws when it has messages of another account
   */
  begin(owner: JournalOwner, bring: (received: Received, former?: JournalOwner) => Received): Promise<void>
  /** Forgets all messages, ids and the owner. */
  clear(): Promise<void>
  /**
   * Records what is new among these, and the position behind them, in one write: a process that dies has recorded both, or will
   * be given both again. Known ids are not new, also those of messages that are done: the latest 10,000. A batch without anything
   * new need not be written; `sync` then records its position.
   *
   * @returns what to hand out now, in order; the rest waits for `take`. The caller hands it out before it awaits anything
   */
  add(batch: readonly Incoming[], cursor: string): Promise<Received[]>
  /**
   * The next messages that were not handed out, each conversation in order. Messages with `attempts` come first where none of their
   * conversation precedes them.
   *
   * @returns what to hand out. The caller hands it out before it awaits anything
   */
  take(): Promise<Received[]>
  /**
   * A handler is about to begin. Recorded, so that a process that dies leaves the message with one attempt more; with two at most
   * while others ran beside it. A failed write is reported, and the handler runs.
   *
   * @param term of the `Received`
   * @param isAlone no other handler runs
   * @returns false when it must not begin: the message is done, begun, held, or handed out again
   */
  started(n: number, term: number, isAlone: boolean): Promise<boolean>
  /**
   * It is handled. Resolves when it never comes again; a write that failed is reported, and made up for with the next one.
   *
   * @returns false when the journal is closed: the message comes again
   */
  done(n: number): Promise<boolean>
  /**
   * Its handler is over, and the program keeps the message until `done` or `giveBack`. A process that dies leaves it with the
   * attempts it had before its handler began. A failed write is reported, and made up for with the next one.
   */
  held(n: number): Promise<void>
  /** A held message waits for `take` again. */
  giveBack(n: number): Promise<void>
  /** A message of this id is not to be handled, waiting or still to come: this account sent it. */
  remember(id: string): Promise<void>
  /** It cannot be handed out now: it waits for the next session. */
  postpone(n: number): void
  /** Resolves when there is room for another batch; until then nothing more is fetched from the server. */
  room(signal: AbortSignal): Promise<void>
  /** Resolves when nothing is in flight. */
  idle(): Promise<void>
  /** Resolves when everything up to now, the cursor included, would survive a power cut as far as the store can tell. */
  sync(): Promise<void>
  /** Writes what is left to write, and gives up what it holds open. */
  close(): Promise<void>
  /** Closes without another write: the lock was lost. */
  discard(): Promise<void>

  /** Why some of it cannot be read, until `begin`. Absent: such journals do not occur. */
  readonly damage?: string | undefined
  /**
   * Keeps a copy of all it has, for people to look at, before messages of another account are cleared or damage is
   * written over. Resolves to where the copy is. Absent: no copy is kept.
   */
  setAside?(): Promise<string>
  /**
   * Keeps a message whose handler ended the process three times, for people to look at. Resolves to where; to `undefined` when
   * there is no room. Absent: it is only reported.
   */
  deadLetter?(received: Received): Promise<string | undefined>
}

/** No message in it belongs to another account. False where damage hides the owner. */
export function isJournalOf({ size, owner }: Pick<Journal, 'size' | 'owner'>, account: string): boolean {
  return size === 0 || owner?.account === account
}

import { FileError } from '../../errors.js'
import { attemptFile, fileError } from '../../util/file-error.js'
import { andThen, isPromise, type MaybePromise } from '../../util/maybe-promise.js'
import { raceSignal } from '../../util/race-signal.js'
import { Backlog, type MemoryLimits } from './backlog.js'
import { appendDeadLetter } from './dead-letters.js'
import { quarantineCopy } from './file-session-store.js'
import { InFlight } from './in-flight.js'
import { attemptsWhenInterrupted, interruptedFirst } from './interrupted.js'
import { isJournalOf, type Journal } from './journal.js'
import type { JournalFile } from './journal-file.js'
import {
  type Incoming,
  type JournalOwner,
  type Received,
  readReceived,
  toRecord,
  withoutRepeats,
} from './journal-record.js'
import { replay } from './replay.js'
import { rewrite } from './rewrite.js'
import { type Waiting, WaitingMessages } from './waiting.js'

/**
 * Limits on the size and the number of unhandled messages on disk. Beyond them, nothing more is fetched from the
 * server.
 */
const MAX_WAITING_BYTES = 256 * 1024 * 1024
const MAX_WAITING = 250_000

/** Limits on unhandled messages in memory. */
const IN_MEMORY: MemoryLimits = { total: 10_000, perChat: 1_000 }

/** Maximum number of messages moved from disk to memory at once. */
const MAX_TAKEN = 2_000

/** A file is compacted when it is this much larger than its unhandled messages. */
const SLACK_BYTES = 4 * 1024 * 1024

export interface FileJournalOptions {
  /**
   * Called for the first of several consecutive marks that cannot be written, and for unreadable messages. Default:
   * errors are ignored.
   */
  onError?: (error: FileError) => void
  inMemory?: MemoryLimits
}

/**
 * A journal in a file. Record types: the owner, known ids, the cursor after a batch, a received message, handler
 * started, handler done.
 */
export class FileJournal implements Journal {
  readonly #file: JournalFile
  readonly #onError: (error: FileError) => void
  readonly #limits: MemoryLimits
  readonly #waiting = new WaitingMessages()
  readonly #inFlight = new InFlight()
  #owner: JournalOwner | undefined
  #cursor: string | undefined
  /** The cursor most recently written to the file. */
  #recordedCursor: string | undefined
  #backlog: Backlog
  /** After a failed compaction: the file size at which to retry. */
  #compactAtBytes = 0
  /** Counts the sessions of this process: messages handed out in an earlier session are handed out again. */
  #term = 0
  #isFailing = false
  #isClosed = false
  /** Serializes operations that read the file or move records. */
  #queue: Promise<unknown> = Promise.resolve()
  #roomWaiters: (() => void)[] = []

  private constructor(file: JournalFile, { onError = () => {}, inMemory = IN_MEMORY }: FileJournalOptions) {
    this.#file = file
    this.#onError = onError
    this.#limits = inMemory
    this.#backlog = new Backlog(inMemory)
  }

  /** @throws FileError */
  static async open(file: JournalFile, options: FileJournalOptions = {}): Promise<FileJournal> {
    const journal = new FileJournal(file, options)
    await file.open()
    try {
      const { owner, cursor } = await replay(file, journal.#waiting)
      journal.#owner = owner
      journal.#cursor = cursor
      journal.#recordedCursor = cursor
    } catch (error) {
      await file.close()
      throw error
    }
    return journal
  }

  get owner(): JournalOwner | undefined {
    return this.#owner
  }

  get cursor(): string | undefined {
    return this.#cursor
  }

  get damage(): string | undefined {
    const { damagedLines } = this.#file
    return damagedLines > 0 ? `${damagedLines} of its lines could not be read` : undefined
  }

  get size(): number {
    return this.#waiting.size
  }

  get inFlight(): number {
    return this.#inFlight.size
  }

  /** Number of messages that have been handed out but not yet handled. */
  get inMemory(): number {
    return this.#backlog.inMemory
  }

  get canTake(): boolean {
    return this.#backlog.hasDue
  }

  /** @throws FileError when the file cannot be written, or contains messages for another account */
  begin(owner: JournalOwner, update: (received: Received, former?: JournalOwner) => Received): Promise<void> {
    return this.#serialize(async () => {
      if (!isJournalOf(this, owner.account)) {
        const { path } = this.#file
        throw new FileError(`The journal ${path} belongs to another account.`, { path })
      }
      const former = this.#owner?.session === owner.session ? undefined : this.#owner
      const cursor = this.#owner && !former ? this.#cursor : undefined
      await this.#rewrite(owner, cursor, (received) => update(received, former))
      this.#owner = owner
      this.#cursor = cursor
      this.#term++
      this.#backlog = new Backlog(this.#limits)
      for (const [n, waiting] of this.#waiting) {
        waiting.isOut = waiting.isHeld || this.#inFlight.has(n)
        if (waiting.isOut) this.#backlog.addInMemory(waiting.chat)
        else this.#backlog.addOnDisk(waiting.chat, n)
      }
    })
  }

  /** @throws FileError */
  clear(): Promise<void> {
    return this.#serialize(async () => {
      await this.#file.rewrite(async function* () {})
      this.#waiting.clear()
      this.#backlog = new Backlog(this.#limits)
      this.#owner = undefined
      this.#cursor = undefined
      this.#recordedCursor = undefined
      this.#term++
    })
  }

  /** @throws FileError; the messages then count as new when they are received again */
  add(batch: readonly Incoming[], cursor: string): Promise<Received[]> {
    return this.#serialize(async () => {
      const fresh = withoutRepeats(batch, this.#waiting.known)
      if (fresh.length === 0) {
        // A batch without messages needs no write of its own: every save of a cursor calls `sync`, which writes it.
        this.#cursor = cursor
        return []
      }
      // A spread would be many times slower.
      const received = fresh.map(({ id, aliases, chat, timeMs, sent, by }) => ({
        id,
        aliases,
        chat,
        timeMs,
        sent,
        by,
        n: this.#waiting.next++,
        stale: false,
        attempts: 0,
        term: this.#term,
      }))
      // The cursor is written after the messages: if it is missing because of a torn write, the server sends the
      // messages again.
      const places = await this.#file.append([...received.map(toRecord), { cursor }])
      this.#cursor = cursor
      this.#recordedCursor = cursor
      const handedOut: Received[] = []
      for (const [index, place] of places.entries()) {
        const message = received[index]
        // The last place belongs to the cursor.
        if (!message) continue
        const waiting = this.#waiting.track(message, place)
        waiting.isOut = this.#backlog.add(message.chat, message.n)
        if (waiting.isOut) handedOut.push(message)
      }
      await this.#compactIfNeeded()
      return handedOut
    })
  }

  /** @throws FileError; the next call then returns the messages */
  take(): Promise<Received[]> {
    return this.#serialize(async () => {
      const numbers = this.#backlog.candidates().sort((a, b) => a - b)
      const chosen = numbers.slice(0, MAX_TAKEN).flatMap((n) => {
        const waiting = this.#waiting.get(n)
        return waiting ? { n, waiting, place: waiting.place } : []
      })
      const found: Received[] = []
      const lost: number[] = []
      for await (const [{ n, waiting }, record] of this.#file.readAt(chosen)) {
        const received = record && readReceived(record)
        if (received?.n === n)
          found.push({ ...received, chat: waiting.chat, attempts: waiting.attempts, term: this.#term })
        else lost.push(n)
      }
      for (const { waiting } of chosen) waiting.isOut = true
      this.#backlog.taken(chosen.map(({ waiting }) => waiting.chat))
      this.#forget(lost)
      return interruptedFirst(found)
    })
  }

  started(n: number, term = this.#term, isAlone = false): MaybePromise<boolean> {
    const waiting = this.#waiting.get(n)
    if (!waiting || term !== this.#term || waiting.isHeld || this.#inFlight.has(n)) return false
    this.#inFlight.add(n)
    waiting.attemptsIfKilled = attemptsWhenInterrupted(waiting.attempts, isAlone)
    return andThen(this.#mark({ begun: n, attempts: waiting.attemptsIfKilled }), () => true)
  }

  done(n: number): MaybePromise<boolean> {
    const isOpen = !this.#isClosed
    const waiting = this.#waiting.get(n)
    const forget = () => {
      this.#inFlight.delete(n)
      return isOpen
    }
    if (!waiting) return forget()
    this.#remove(n, waiting)
    for (const wake of this.#roomWaiters.splice(0)) wake()
    return andThen(this.#mark({ done: n }), forget)
  }

  held(n: number): MaybePromise<void> {
    const waiting = this.#waiting.get(n)
    if (!waiting || waiting.isHeld) return
    waiting.isHeld = true
    if (!this.#inFlight.has(n)) return
    waiting.attemptsIfKilled = undefined
    return andThen(this.#mark({ begun: n, attempts: waiting.attempts }), () => void this.#inFlight.delete(n))
  }

  giveBack(n: number): Promise<void> {
    return this.#serialize(async () => {
      const waiting = this.#waiting.get(n)
      if (!waiting?.isHeld) return
      waiting.isHeld = false
      waiting.isOut = false
      this.#backlog.giveBack(waiting.chat, n)
    })
  }

  async remember(id: string): Promise<void> {
    if (!this.#waiting.known.has(id)) {
      this.#waiting.known.add({ id })
      await this.#mark({ ids: [id] })
      return
    }
    // The echo arrived before the reply to the send, and is waiting to be handled.
    for (const [n, waiting] of this.#waiting) if (waiting.id === id && !this.#inFlight.has(n)) await this.done(n)
  }

  postpone(n: number): void {
    const waiting = this.#waiting.get(n)
    if (waiting?.isOut) this.#backlog.release(waiting.chat)
    if (waiting) waiting.isOut = false
  }

  async room(signal: AbortSignal): Promise<void> {
    while (this.#waiting.sizeBytes > MAX_WAITING_BYTES || this.#waiting.size > MAX_WAITING) {
      await raceSignal(new Promise<void>((resolve) => this.#roomWaiters.push(resolve)), signal)
    }
  }

  idle(): Promise<void> {
    return this.#inFlight.idle()
  }

  /** @throws FileError */
  async sync(): Promise<void> {
    await this.#serialize(async () => {
      const cursor = this.#cursor
      if (cursor === undefined || cursor === this.#recordedCursor || this.#isClosed) return
      await this.#file.append([{ cursor }])
      this.#recordedCursor = cursor
    })
    await this.#file.sync()
  }

  /**
   * Retries marks that could not be written, then closes the journal.
   *
   * @throws FileError when they still cannot be written; the journal is closed anyway
   */
  close(): Promise<void> {
    this.#isClosed = true
    return this.#file.close()
  }

  discard(): Promise<void> {
    this.#isClosed = true
    return this.#file.discard()
  }

  /** @throws FileError */
  setAside(): Promise<string> {
    const { path } = this.#file
    return attemptFile(path, 'copied to quarantine', () => quarantineCopy(path))
  }

  /** @throws FileError */
  async deadLetter(received: Received): Promise<string | undefined> {
    const path = `${this.#file.path}.aside`
    return (await appendDeadLetter(path, received)) ? path : undefined
  }

  #remove(n: number, { chat, isOut }: Waiting): void {
    this.#waiting.delete(n)
    if (isOut) this.#backlog.release(chat)
  }

  /** Removes messages that have become unreadable, and reports them. */
  #forget(numbers: readonly number[]): void {
    for (const n of numbers) {
      const waiting = this.#waiting.get(n)
      if (waiting) this.#remove(n, waiting)
    }
    if (numbers.length === 0) return
    const { path } = this.#file
    const problem = `The journal ${path} was damaged while it was in use. Messages lost: ${numbers.length}.`
    this.#onError(new FileError(problem, { path }))
  }

  #mark(record: object): MaybePromise<void> {
    const succeeded = () => {
      this.#isFailing = false
    }
    const written = this.#file.mark(record)
    if (!isPromise(written)) return succeeded()
    return written.then(succeeded, (error) => {
      const { path } = this.#file
      if (!this.#isFailing) this.#onError(fileError(`The journal ${path} could not be written`, path, error))
      this.#isFailing = true
    })
  }

  /**
   * Compacts the file when most of its messages have been handled. A failure is not reported, because no message is
   * lost.
   */
  async #compactIfNeeded(): Promise<void> {
    const { sizeBytes } = this.#file
    const waste = sizeBytes - this.#waiting.sizeBytes
    if (!this.#owner || waste <= SLACK_BYTES + this.#waiting.sizeBytes || sizeBytes < this.#compactAtBytes) return
    try {
      await this.#rewrite(this.#owner, this.#cursor, (received) => received)
      this.#compactAtBytes = 0
    } catch {
      this.#compactAtBytes = sizeBytes + SLACK_BYTES
    }
  }

  async #rewrite(
    owner: JournalOwner,
    cursor: string | undefined,
    update: (received: Received) => Received,
  ): Promise<void> {
    const inFlight = this.#inFlight
    this.#forget(await rewrite(this.#file, this.#waiting, { owner, cursor, inFlight, update }))
    this.#recordedCursor = cursor
  }

  #serialize<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work)
    this.#queue = result.catch(() => {})
    return result
  }
}

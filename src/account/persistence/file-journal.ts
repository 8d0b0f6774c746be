import { FileError } from '../../errors.js'
import { attemptFile, fileError } from '../../util/file-error.js'
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

/** What is not handled may take this much on the disk, and be so many; then the server keeps the rest. */
const MAX_WAITING_BYTES = 256 * 1024 * 1024
const MAX_WAITING = 250_000

/** Not handled and in memory. */
const IN_MEMORY: MemoryLimits = { total: 10_000, perChat: 1_000 }

/** Messages that go from the disk to memory at once. */
const TAKE = 2_000

/** A file this much larger than what is not handled is written anew. */
const SLACK_BYTES = 4 * 1024 * 1024

export interface FileJournalOptions {
  /** A mark could not be written, once until one can be again; a message became unreadable. Default: ignored. */
  onError?: (error: FileError) => void
  inMemory?: MemoryLimits
}

/**
 * A journal in a file. A record each for: whose messages they are, ids seen, the position behind what was received, a message
 * received, its handler begun, its handler done.
 */
export class FileJournal implements Journal {
  readonly #file: JournalFile
  readonly #onError: (error: FileError) => void
  readonly #limits: MemoryLimits
  readonly #waiting = new WaitingMessages()
  readonly #inFlight = new InFlight()
  #owner: JournalOwner | undefined
  #cursor: string | undefined
  /** The cursor that is in the file. */
  #recordedCursor: string | undefined
  #backlog: Backlog
  /** The file could not be written anew; that is tried again when it is so long. */
  #shrinkAtBytes = 0
  /** Counts the sessions of this process: what an earlier one handed out is handed out again. */
  #term = 0
  #isFailing = false
  #isClosed = false
  /** Whatever reads the file or moves records takes turns. */
  #turn: Promise<unknown> = Promise.resolve()
  #roomMade: (() => void)[] = []

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

  /** How many were handed out and are not handled. */
  get inMemory(): number {
    return this.#backlog.inMemory
  }

  get canTake(): boolean {
    return this.#backlog.hasDue
  }

  /** @throws FileError when it cannot be written, or has messages of another account */
  begin(owner: JournalOwner, bring: (received: Received, former?: JournalOwner) => Received): Promise<void> {
    return this.#inTurn(async () => {
      if (!isJournalOf(this, owner.account)) {
        const { path } = this.#file
        throw new FileError(`The journal ${path} belongs to another account.`, { path })
      }
      const former = this.#owner?.session === owner.session ? undefined : this.#owner
      const cursor = this.#owner && !former ? this.#cursor : undefined
      await this.#rewrite(owner, cursor, (received) => bring(received, former))
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
    return this.#inTurn(async () => {
      await this.#file.rewrite(async function* () {})
      this.#waiting.clear()
      this.#backlog = new Backlog(this.#limits)
      this.#owner = undefined
      this.#cursor = undefined
      this.#recordedCursor = undefined
      this.#term++
    })
  }

  /** @throws FileError; they are new again when they come again */
  add(batch: readonly Incoming[], cursor: string): Promise<Received[]> {
    return this.#inTurn(async () => {
      const fresh = withoutRepeats(batch, this.#waiting.ids)
      if (fresh.length === 0) {
        // Written by `sync`, which every save of a position calls: a batch without messages costs no write of its own.
        this.#cursor = cursor
        return []
      }
      const received = fresh.map((one) => ({
        ...one,
        n: this.#waiting.next++,
        stale: false,
        attempts: 0,
        term: this.#term,
      }))
      // Behind the messages: a write that broke off has them without the position, and the server sends them again.
      const places = await this.#file.append([...received.map(toRecord), { cursor }])
      this.#cursor = cursor
      this.#recordedCursor = cursor
      const out: Received[] = []
      for (const [index, place] of places.entries()) {
        const one = received[index]
        // The last place is that of the position.
        if (!one) continue
        const waiting = this.#waiting.note(one, place)
        waiting.isOut = this.#backlog.add(one.chat, one.n)
        if (waiting.isOut) out.push(one)
      }
      await this.#shrink()
      return out
    })
  }

  /** @throws FileError; they stay for the next call then */
  take(): Promise<Received[]> {
    return this.#inTurn(async () => {
      const numbers = this.#backlog.candidates().sort((a, b) => a - b)
      const chosen = numbers.slice(0, TAKE).flatMap((n) => {
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

  async started(n: number, term = this.#term, isAlone = false): Promise<boolean> {
    const waiting = this.#waiting.get(n)
    if (!waiting || term !== this.#term || waiting.isHeld || this.#inFlight.has(n)) return false
    this.#inFlight.add(n)
    waiting.begunAs = attemptsWhenInterrupted(waiting.attempts, isAlone)
    await this.#mark({ begun: n, attempts: waiting.begunAs })
    return true
  }

  async done(n: number): Promise<boolean> {
    const isOpen = !this.#isClosed
    const waiting = this.#waiting.get(n)
    if (waiting) {
      this.#remove(n, waiting)
      for (const wake of this.#roomMade.splice(0)) wake()
      await this.#mark({ done: n })
    }
    this.#inFlight.delete(n)
    return isOpen
  }

  async held(n: number): Promise<void> {
    const waiting = this.#waiting.get(n)
    if (!waiting || waiting.isHeld) return
    waiting.isHeld = true
    if (!this.#inFlight.has(n)) return
    waiting.begunAs = undefined
    await this.#mark({ begun: n, attempts: waiting.attempts })
    this.#inFlight.delete(n)
  }

  giveBack(n: number): Promise<void> {
    return this.#inTurn(async () => {
      const waiting = this.#waiting.get(n)
      if (!waiting?.isHeld) return
      waiting.isHeld = false
      waiting.isOut = false
      this.#backlog.giveBack(waiting.chat, n)
    })
  }

  async remember(id: string): Promise<void> {
    if (!this.#waiting.ids.has(id)) {
      this.#waiting.remember(id)
      await this.#mark({ ids: [id] })
      return
    }
    // It came before the answer to the send did, and waits for its turn.
    for (const [n, waiting] of this.#waiting) if (waiting.id === id && !this.#inFlight.has(n)) await this.done(n)
  }

  postpone(n: number): void {
    const waiting = this.#waiting.get(n)
    if (waiting?.isOut) this.#backlog.release(waiting.chat)
    if (waiting) waiting.isOut = false
  }

  async room(signal: AbortSignal): Promise<void> {
    while (this.#waiting.sizeBytes > MAX_WAITING_BYTES || this.#waiting.size > MAX_WAITING) {
      await raceSignal(new Promise<void>((resolve) => this.#roomMade.push(resolve)), signal)
    }
  }

  idle(): Promise<void> {
    return this.#inFlight.idle()
  }

  /** @throws FileError */
  async sync(): Promise<void> {
    await this.#inTurn(async () => {
      const cursor = this.#cursor
      if (cursor === undefined || cursor === this.#recordedCursor || this.#isClosed) return
      await this.#file.append([{ cursor }])
      this.#recordedCursor = cursor
    })
    await this.#file.sync()
  }

  /** Writes marks that could not be written until now, and closes. @throws FileError when that failed; it is closed all the same */
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
    return attemptFile(path, 'copied aside', () => quarantineCopy(path))
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

  /** Messages that cannot be read any more. */
  #forget(numbers: readonly number[]): void {
    for (const n of numbers) {
      const waiting = this.#waiting.get(n)
      if (waiting) this.#remove(n, waiting)
    }
    if (numbers.length === 0) return
    const { path } = this.#file
    const failed = `${numbers.length} messages in the journal ${path} are lost: the file was damaged while it was in use.`
    this.#onError(new FileError(failed, { path }))
  }

  async #mark(record: object): Promise<void> {
    try {
      await this.#file.mark(record)
      this.#isFailing = false
    } catch (error) {
      const { path } = this.#file
      if (!this.#isFailing) this.#onError(fileError(`The journal ${path} could not be written`, path, error))
      this.#isFailing = true
    }
  }

  /** Writes the file anew when most of it is done with. It may stay long: what was taken in is safe either way. */
  async #shrink(): Promise<void> {
    const { sizeBytes } = this.#file
    const waste = sizeBytes - this.#waiting.sizeBytes
    if (!this.#owner || waste <= SLACK_BYTES + this.#waiting.sizeBytes || sizeBytes < this.#shrinkAtBytes) return
    try {
      await this.#rewrite(this.#owner, this.#cursor, (received) => received)
      this.#shrinkAtBytes = 0
    } catch {
      this.#shrinkAtBytes = sizeBytes + SLACK_BYTES
    }
  }

  async #rewrite(
    owner: JournalOwner,
    cursor: string | undefined,
    change: (received: Received) => Received,
  ): Promise<void> {
    const inFlight = this.#inFlight
    this.#forget(await rewrite(this.#file, this.#waiting, { owner, cursor, inFlight, change }))
    this.#recordedCursor = cursor
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => {})
    return done
  }
}

import { FileError } from '../../errors.js'
import { unlessAborted } from '../../util/abort.js'
import { int, list, text } from '../../util/read.js'
import { RecentSet } from '../../util/recent-set.js'
import { Backlog, type MemoryLimits } from './backlog.js'
import { InFlight } from './in-flight.js'
import { attemptsWhenInterrupted, interruptedFirst } from './interrupted.js'
import type { JournalFile, Place } from './journal-file.js'
import {
  type Incoming,
  type JournalOwner,
  type Received,
  readOwner,
  readReceived,
  toRecord,
  withoutRepeats,
} from './journal-record.js'
import type { Waiting } from './waiting.js'

/** Ids of messages that are known when they come again. */
const MAX_IDS = 10_000

/** What is not handled may take this much on the disk, and be so many; then the server keeps the rest. */
const MAX_WAITING_BYTES = 256 * 1024 * 1024
const MAX_WAITING = 250_000

/** Not handled and in memory. */
const IN_MEMORY: MemoryLimits = { total: 10_000, perChat: 1_000 }

/** Messages that go from the disk to memory at once. */
const TAKE = 2_000

/** A file this much larger than what is not handled is written anew. */
const SLACK_BYTES = 4 * 1024 * 1024

export interface JournalOptions {
  /** A mark could not be written, once until one can be again; a message became unreadable. Default: ignored. */
  onError?: (error: FileError) => void
  inMemory?: MemoryLimits
}

/**
 * Received messages until they are handled, in a file. A record each for: whose they are, ids seen, a message received, its
 * handler begun, its handler done.
 */
export class Journal {
  owner: JournalOwner | undefined
  readonly inFlight = new InFlight()
  readonly #file: JournalFile
  readonly #onError: (error: FileError) => void
  readonly #limits: MemoryLimits
  /** By number, in order. */
  readonly #waiting = new Map<number, Waiting>()
  readonly #ids = new RecentSet(MAX_IDS)
  #backlog: Backlog
  #waitingBytes = 0
  /** The file could not be written anew; that is tried again when it is so long. */
  #shrinkAtBytes = 0
  #next = 1
  /** Counts the sessions of this process: what an earlier one handed out is handed out again. */
  #term = 0
  #isFailing = false
  /** Whatever reads the file or moves records takes turns. */
  #turn: Promise<unknown> = Promise.resolve()
  #roomMade: (() => void)[] = []

  private constructor(file: JournalFile, { onError = () => {}, inMemory = IN_MEMORY }: JournalOptions) {
    this.#file = file
    this.#onError = onError
    this.#limits = inMemory
    this.#backlog = new Backlog(inMemory)
  }

  /** @throws FileError */
  static async open(file: JournalFile, options: JournalOptions = {}): Promise<Journal> {
    const journal = new Journal(file, options)
    await file.open()
    try {
      await journal.#recall()
    } catch (error) {
      await file.close()
      throw error
    }
    return journal
  }

  get path(): string {
    return this.#file.path
  }

  /** Lines that cannot be read; none once it was begun. */
  get damagedLines(): number {
    return this.#file.damagedLines
  }

  /** Lines that cannot be read as they are encrypted, and the key is missing or another one. */
  get lockedLines(): number {
    return this.#file.lockedLines
  }

  /** How many are not handled. */
  get size(): number {
    return this.#waiting.size
  }

  /** How many were handed out and are not handled. */
  get inMemory(): number {
    return this.#backlog.inMemory
  }

  /** `take` has some. */
  get canTake(): boolean {
    return this.#backlog.hasDue
  }

  /** Every message in it belongs to this account. False where damage hides the owner. */
  isOf(account: string): boolean {
    return this.#waiting.size === 0 || this.owner?.account === account
  }

  /**
   * Starts a session: what is not handled is handed out again, but for what is being handled now. Changes nothing when it fails.
   *
   * @param bring a message up to date; `former` is the owner in the session before, absent when the session goes on
   * @throws FileError when it cannot be written, or has messages of another account
   */
  begin(owner: JournalOwner, bring: (received: Received, former?: JournalOwner) => Received): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.isOf(owner.account)) {
        throw new FileError(`The journal ${this.path} belongs to another account.`, { path: this.path })
      }
      const former = this.owner?.session === owner.session ? undefined : this.owner
      await this.#rewrite(owner, (received) => bring(received, former))
      this.owner = owner
      this.#term++
      this.#backlog = new Backlog(this.#limits)
      for (const [n, waiting] of this.#waiting) {
        waiting.isOut = this.inFlight.has(n)
        if (waiting.isOut) this.#backlog.addInMemory(waiting.chat)
        else this.#backlog.addOnDisk(waiting.chat, n)
      }
    })
  }

  /** Forgets everything. Changes nothing when it fails. @throws FileError */
  clear(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#file.rewrite(async function* () {})
      this.#waiting.clear()
      this.#ids.clear()
      this.#backlog = new Backlog(this.#limits)
      this.#waitingBytes = 0
      this.owner = undefined
      this.#term++
    })
  }

  /**
   * Keeps what is new among these; resolves when it survives the death of the process.
   *
   * @returns what to hand out now; the rest waits for `take`. To keep the order it must be handed out before anything is awaited.
   * @throws FileError; they are new again when they come again
   */
  add(batch: readonly Incoming[]): Promise<Received[]> {
    return this.#inTurn(async () => {
      const fresh = withoutRepeats(batch, this.#ids)
      if (fresh.length === 0) return []
      const received = fresh.map((one) => ({ ...one, n: this.#next++, stale: false, attempts: 0, term: this.#term }))
      const places = await this.#file.append(received.map(toRecord))
      const out = received.filter((one, index) => {
        const waiting = this.#note(one, places[index] as Place)
        waiting.isOut = this.#backlog.add(one.chat, one.n)
        return waiting.isOut
      })
      await this.#shrink()
      return out
    })
  }

  /**
   * The next messages from the disk, while there is room for them in memory; those that ended the process before come first.
   *
   * @returns what to hand out; to keep the order, before anything is awaited
   * @throws FileError; they stay for the next call then
   */
  take(): Promise<Received[]> {
    return this.#inTurn(async () => {
      const numbers = this.#backlog.candidates().sort((a, b) => a - b)
      const chosen = numbers.slice(0, TAKE).map((n) => ({ n, waiting: this.#waiting.get(n) as Waiting }))
      const found: Received[] = []
      const lost: number[] = []
      let index = 0
      for await (const record of this.#file.readAt(chosen.map(({ waiting }) => waiting.place))) {
        const { n, waiting } = chosen[index++] as { n: number; waiting: Waiting }
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

  /**
   * A handler is about to begin: resolves when that survives the death of the process, or could not be written.
   *
   * @param term in which it was handed out
   * @param isAlone no other handler runs
   * @returns false when it must not begin: the message is done, begun, or handed out again
   */
  async started(n: number, term = this.#term, isAlone = false): Promise<boolean> {
    const waiting = this.#waiting.get(n)
    if (!waiting || term !== this.#term || this.inFlight.has(n)) return false
    this.inFlight.add(n)
    waiting.begunAs = attemptsWhenInterrupted(waiting.attempts, isAlone)
    await this.#mark({ begun: n, attempts: waiting.begunAs })
    return true
  }

  /** It is handled. It never comes again once this resolves, but where the disk failed until the process died. */
  async done(n: number): Promise<void> {
    const waiting = this.#waiting.get(n)
    if (waiting) {
      this.#remove(n, waiting)
      for (const wake of this.#roomMade.splice(0)) wake()
      await this.#mark({ done: n })
    }
    this.inFlight.delete(n)
  }

  /** A message of this id is not to be handled: it was sent here. */
  async remember(id: string): Promise<void> {
    if (!this.#ids.has(id)) {
      this.#remember(id)
      await this.#mark({ ids: [id] })
      return
    }
    // It came before the answer to the send did, and waits for its turn.
    for (const [n, waiting] of this.#waiting) if (waiting.id === id && !this.inFlight.has(n)) await this.done(n)
  }

  /** It cannot be handed out; it is tried again in the next session. */
  postpone(n: number): void {
    const waiting = this.#waiting.get(n)
    if (waiting?.isOut) this.#backlog.release(waiting.chat)
    if (waiting) waiting.isOut = false
  }

  /** Resolves when there is room for more on the disk. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.#waitingBytes > MAX_WAITING_BYTES || this.#waiting.size > MAX_WAITING) {
      await unlessAborted(new Promise<void>((resolve) => this.#roomMade.push(resolve)), signal)
    }
  }

  /** Resolves when everything up to now would survive a power cut. @throws FileError */
  sync(): Promise<void> {
    return this.#file.sync()
  }

  /** Writes marks that could not be written until now, and closes. @throws FileError when that failed; it is closed all the same */
  close(): Promise<void> {
    return this.#file.close()
  }

  /** Closes without writing anything more: another process has the file. */
  discard(): Promise<void> {
    return this.#file.discard()
  }

  /** What the process before left. */
  async #recall(): Promise<void> {
    const numbers = new Map<string, number>()
    for await (const { record, offset, sizeBytes } of this.#file.read()) {
      const begun = this.#waiting.get(int(record.begun, 0))
      if (begun) begun.attempts = int(record.attempts, 1)
      const doneNumber = int(record.done, 0)
      const done = this.#waiting.get(doneNumber)
      if (done) this.#remove(doneNumber, done)
      for (const id of list(record.ids)) this.#remember(text(id))
      if ('owner' in record) this.owner = readOwner(record.owner) ?? this.owner
      const received = readReceived(record)
      if (!received) continue
      this.#next = Math.max(this.#next, received.n + 1)
      if (this.#ids.has(received.id)) {
        const formerNumber = numbers.get(received.id) ?? 0
        const former = this.#waiting.get(formerNumber)
        if (!former) continue
        // Of a write that broke off. The server sent it again, and marks speak of the later one.
        this.#remove(formerNumber, former)
      }
      this.#note(received, { offset, sizeBytes })
      numbers.set(received.id, received.n)
    }
  }

  #note({ n, id, chat, attempts }: Received, place: Place): Waiting {
    const waiting = { id, chat, attempts, place, isOut: false }
    this.#waiting.set(n, waiting)
    this.#waitingBytes += place.sizeBytes
    this.#remember(id)
    return waiting
  }

  #remove(n: number, { chat, place, isOut }: Waiting): void {
    this.#waiting.delete(n)
    this.#waitingBytes -= place.sizeBytes
    if (isOut) this.#backlog.release(chat)
  }

  #remember(id: string): void {
    if (id !== '') this.#ids.add(id)
  }

  /** Messages that cannot be read any more. */
  #forget(numbers: readonly number[]): void {
    for (const n of numbers) {
      const waiting = this.#waiting.get(n)
      if (waiting) this.#remove(n, waiting)
    }
    if (numbers.length === 0) return
    const failed = `${numbers.length} messages in the journal ${this.path} are lost: the file was damaged while it was in use.`
    this.#onError(new FileError(failed, { path: this.path }))
  }

  async #mark(record: object): Promise<void> {
    try {
      await this.#file.mark(record)
      this.#isFailing = false
    } catch (error) {
      if (!this.#isFailing) this.#onError(error as FileError)
      this.#isFailing = true
    }
  }

  /** Writes the file anew when most of it is done with. It may stay long: what was taken in is safe either way. */
  async #shrink(): Promise<void> {
    const { sizeBytes } = this.#file
    const waste = sizeBytes - this.#waitingBytes
    if (!this.owner || waste <= SLACK_BYTES + this.#waitingBytes || sizeBytes < this.#shrinkAtBytes) return
    try {
      await this.#rewrite(this.owner, (received) => received)
      this.#shrinkAtBytes = 0
    } catch {
      this.#shrinkAtBytes = sizeBytes + SLACK_BYTES
    }
  }

  /** Writes the file anew with what is not handled alone. */
  async #rewrite(owner: JournalOwner, change: (received: Received) => Received): Promise<void> {
    const before = [...this.#waiting]
    const ids = new Set(before.map(([, { id }]) => id))
    // Twice: one damaged byte must not cost the messages their owner.
    const heads = [{ owner, ids: [...this.#ids].filter((id) => !ids.has(id)) }, { owner }]
    const kept: Received[] = []
    const lost: number[] = []
    const [file, inFlight] = [this.#file, this.inFlight]
    const places = await file.rewrite(async function* () {
      yield* heads
      let index = 0
      for await (const record of file.readAt(before.map(([, { place }]) => place))) {
        const [n, { attempts, begunAs = attempts }] = before[index++] as [number, Waiting]
        const received = record && readReceived(record)
        if (received?.n !== n) lost.push(n)
        else {
          const changed = change({ ...received, attempts: inFlight.has(n) ? begunAs : attempts })
          kept.push(changed)
          yield toRecord(changed)
        }
      }
    })
    for (const [index, { n, chat }] of kept.entries()) this.#move(n, chat, places[heads.length + index])
    this.#forget(lost)
  }

  /** It may be done since. */
  #move(n: number, chat: string, place: Place | undefined): void {
    const waiting = this.#waiting.get(n)
    if (!waiting || !place) return
    this.#waitingBytes += place.sizeBytes - waiting.place.sizeBytes
    waiting.place = place
    waiting.chat = chat
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => {})
    return done
  }
}

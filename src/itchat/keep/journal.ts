import { unlessAborted } from '../../util/abort.js'
import { type Dict, dict, int, list, text } from '../../util/read.js'
import { RecentSet } from '../../util/recent-set.js'
import type { JournalFile } from './journal-file.js'

/** Ids of messages that are known when they come again. */
const MAX_IDS = 10_000

/** What is not handled may take this much on the disk; then the server keeps the rest. */
const MAX_WAITING_BYTES = 256 * 1024 * 1024

/** Never reached by counting. */
const MAX_NUMBER = 2 ** 52

/** A file this much larger than what is not handled is written anew. */
const SLACK_BYTES = 4 * 1024 * 1024

/** Whose messages they are: UserNames in them mean something in one session only. */
export interface JournalOwner {
  uin: string
  /** Of the session, without giving it away. */
  session: string
  /** Own UserName. */
  self: string
}

/** What people were called in earlier sessions. */
export interface FormerNames {
  from: readonly string[]
  to: readonly string[]
}

/** A message that is not handled yet. */
export interface Received {
  n: number
  id: string
  /** As the server sent it. */
  sent: Dict
  /** Name of the member of a group who spoke. */
  by: string
  /** It came in a session before this one. */
  stale: boolean
  /** UserNames of its sender and receiver in the sessions before the one whose names it has now, the latest first. */
  formerNames?: FormerNames | undefined
  /** How often its handler was begun by a process that died. */
  attempts: number
  /** It was handed out in this term of the journal. */
  term: number
}

interface Waiting {
  id: string
  attempts: number
  sizeBytes: number
}

/**
 * Received messages until they are handled, in a file. A record each for: whose they are, ids seen, a message received, its
 * handler begun, its handler done.
 */
export class Journal {
  owner: JournalOwner | undefined
  readonly #file: JournalFile
  /** Not done, by number. */
  readonly #waiting = new Map<number, Waiting>()
  readonly #inFlight = new Set<number>()
  readonly #ids = new RecentSet(MAX_IDS)
  #waitingBytes = 0
  /** The file could not be written anew; not before it is so long is that tried again. */
  #shrinkAtBytes = 0
  #next = 1
  /** Counts the sessions of this process: what an earlier one handed out is handed out again. */
  #term = 0
  /** The first that is not handed out; `undefined` when all are. */
  #unread: { n: number; offset: number } | undefined
  /** Reading and what changes places take turns. */
  #turn: Promise<unknown> = Promise.resolve()
  #roomMade: (() => void)[] = []
  #idled: (() => void)[] = []

  private constructor(file: JournalFile) {
    this.#file = file
  }

  /** @throws FileError */
  static async open(file: JournalFile): Promise<Journal> {
    const journal = new Journal(file)
    await file.open()
    for await (const { record, sizeBytes } of file.read()) journal.#recall(record, sizeBytes)
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

  /** Some are not handed out. */
  get hasUnread(): boolean {
    return this.#unread !== undefined
  }

  /** How many are not handled. */
  get size(): number {
    return this.#waiting.size
  }

  /**
   * Starts a session: what is not handled is to be handed out again, but for what is being handled now.
   *
   * @param owner of the session
   * @param renew brings a message of a session before up to date
   * @throws FileError
   */
  begin(owner: JournalOwner, renew: (received: Received, former: JournalOwner) => Received): Promise<void> {
    return this.#inTurn(async () => {
      const former = this.owner
      const isSame = former?.session === owner.session
      this.#term++
      // Where this fails, they are still of the former session.
      await this.#rewrite((received) => (former && !isSame ? renew(received, former) : received), owner)
      this.owner = owner
      this.#unread = this.#waiting.size > this.#inFlight.size ? { n: 0, offset: 0 } : undefined
    })
  }

  /** Forgets everything. @throws FileError */
  clear(): Promise<void> {
    return this.#inTurn(async () => {
      this.#waiting.clear()
      this.#ids.clear()
      this.#waitingBytes = 0
      this.#unread = undefined
      this.owner = undefined
      this.#term++
      await this.#rewrite((received) => received)
    })
  }

  /**
   * Takes in what is new among these; resolves when it survives the death of the process.
   *
   * @param hasRoom false: they are not to be handed out now, but by `read`
   * @returns what to hand out now
   * @throws FileError
   */
  add(batch: readonly { id: string; sent: Dict; by: string }[], hasRoom: boolean): Promise<Received[]> {
    return this.#inTurn(async () => {
      const inBatch = new Set<string>()
      const fresh = batch.filter(({ id }) => {
        if (id === '') return true
        const isNew = !this.#ids.has(id) && !inBatch.has(id)
        inBatch.add(id)
        return isNew
      })
      if (fresh.length === 0) return []
      const received = fresh.map((one) => ({ ...one, n: this.#next++, stale: false, attempts: 0, term: this.#term }))
      const { breaks, isTorn, sizeBytes } = this.#file
      const { sizes, written } = this.#file.append(received.map(toRecord))
      await written
      // Where a write broke off, places are not known; numbers are.
      const offset = isTorn || breaks !== this.#file.breaks ? 0 : sizeBytes
      if (!this.#unread && !hasRoom) this.#unread = { n: received[0]?.n ?? 0, offset }
      for (const [index, { n, id }] of received.entries()) this.#note(n, id, sizes[index] ?? 0)
      await this.#shrink()
      return this.#unread ? [] : received
    })
  }

  /** The next ones that are not handed out, up to `count`. @throws FileError */
  read(count: number): Promise<Received[]> {
    return this.#inTurn(async () => {
      const found: Received[] = []
      if (!this.#unread) return found
      const { n: first, offset: from } = this.#unread
      for await (const { record, offset } of this.#file.read(from)) {
        const received = this.#toHandOut(record, first)
        if (!received) continue
        if (found.length === count) {
          this.#unread = { n: received.n, offset }
          return found
        }
        found.push(received)
      }
      this.#unread = undefined
      return found
    })
  }

  /**
   * A handler is about to begin: resolves when that survives the death of the process.
   *
   * @param term in which it was handed out
   * @returns false when it must not begin: the message is done, begun, or handed out again
   * @throws FileError
   */
  async started(n: number, term = this.#term): Promise<boolean> {
    const waiting = this.#waiting.get(n)
    if (!waiting || term !== this.#term || this.#inFlight.has(n)) return false
    this.#inFlight.add(n)
    await this.#file.append([{ begun: n, attempts: waiting.attempts + 1 }]).written
    return true
  }

  /** It is handled, and never comes again once this resolves. @throws FileError */
  async done(n: number): Promise<void> {
    const waiting = this.#waiting.get(n)
    try {
      if (!waiting) return
      this.#waiting.delete(n)
      this.#waitingBytes -= waiting.sizeBytes
      for (const wake of this.#roomMade.splice(0)) wake()
      await this.#file.append([{ done: n }]).written
    } finally {
      this.#inFlight.delete(n)
      if (!this.isBusy) for (const wake of this.#idled.splice(0)) wake()
    }
  }

  /** A message of this id is not to be handled: it was sent here. @throws FileError */
  async remember(id: string): Promise<void> {
    if (this.#ids.has(id)) return
    this.#remember(id)
    await this.#file.append([{ ids: [id] }]).written
  }

  /** Handlers that have begun are not done. */
  get isBusy(): boolean {
    return this.#inFlight.size > 0
  }

  /** Resolves when no handler that has begun is to be waited for. */
  async idle(): Promise<void> {
    while (this.isBusy) await new Promise<void>((resolve) => this.#idled.push(resolve))
  }

  /** Resolves when there is room for more on the disk. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.#waitingBytes > MAX_WAITING_BYTES) {
      await unlessAborted(new Promise<void>((resolve) => this.#roomMade.push(resolve)), signal)
    }
  }

  /** Resolves when what was written so far would survive a power cut. @throws FileError */
  sync(): Promise<void> {
    return this.#file.sync()
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  #recall(record: Dict, sizeBytes: number): void {
    const begun = this.#waiting.get(int(record.begun, 0))
    if (begun) begun.attempts = int(record.attempts, 1)
    const done = this.#waiting.get(int(record.done, 0))
    if (done) {
      this.#waiting.delete(int(record.done, 0))
      this.#waitingBytes -= done.sizeBytes
    }
    for (const id of list(record.ids)) this.#remember(text(id))
    if ('owner' in record) this.owner = readOwner(record.owner)
    const received = fromRecord(record)
    if (!received) return
    this.#next = Math.max(this.#next, received.n + 1)
    if (this.#ids.has(received.id)) {
      const former = [...this.#waiting].find(([, { id }]) => id === received.id)
      if (!former) return
      // Of a write that broke off. The server sent it again, and marks speak of the later one.
      this.#waiting.delete(former[0])
      this.#waitingBytes -= former[1].sizeBytes
    }
    this.#note(received.n, received.id, sizeBytes, received.attempts)
  }

  #note(n: number, id: string, sizeBytes: number, attempts = 0): void {
    this.#waiting.set(n, { id, attempts, sizeBytes })
    this.#waitingBytes += sizeBytes
    this.#remember(id)
  }

  #remember(id: string): void {
    if (id !== '') this.#ids.add(id)
  }

  #toHandOut(record: Dict, first: number): Received | undefined {
    const received = fromRecord(record)
    if (!received || received.n < first || this.#inFlight.has(received.n)) return undefined
    const waiting = this.#waiting.get(received.n)
    return waiting && { ...received, attempts: waiting.attempts, term: this.#term }
  }

  /** Writes the file anew when most of it is done with. It may stay long: what was taken in is safe either way. */
  async #shrink(): Promise<void> {
    const { sizeBytes } = this.#file
    const waste = sizeBytes - this.#waitingBytes
    if (waste <= SLACK_BYTES + this.#waitingBytes || sizeBytes < this.#shrinkAtBytes) return
    try {
      await this.#rewrite((one) => one)
      this.#shrinkAtBytes = 0
    } catch {
      this.#shrinkAtBytes = sizeBytes + SLACK_BYTES
    }
  }

  /** Writes the file anew with what is not handled alone. */
  async #rewrite(change: (received: Received) => Received, owner = this.owner): Promise<void> {
    try {
      await this.#file.rewrite(() => this.#records(change, owner))
    } finally {
      // Places may have moved; numbers have not.
      if (this.#unread) this.#unread.offset = 0
    }
  }

  async *#records(change: (received: Received) => Received, owner: JournalOwner | undefined): AsyncGenerator<object> {
    const waiting = new Set([...this.#waiting.values()].map(({ id }) => id))
    yield { owner, ids: [...this.#ids].filter((id) => !waiting.has(id)) }
    for await (const { record } of this.#file.read()) {
      const received = fromRecord(record)
      const mine = received && this.#waiting.get(received.n)
      if (!received || !mine) continue
      const begunNow = this.#inFlight.has(received.n) ? 1 : 0
      yield toRecord(change({ ...received, attempts: mine.attempts + begunNow }))
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => {})
    return done
  }
}

function toRecord({ n, id, by, sent, stale, attempts, formerNames }: Omit<Received, 'term'>): object {
  return {
    n,
    id,
    ...(by ? { by } : {}),
    ...(stale ? { stale } : {}),
    ...(attempts ? { attempts } : {}),
    ...(formerNames ? { formerNames } : {}),
    sent,
  }
}

function fromRecord(record: Dict): Received | undefined {
  const n = int(record.n, 0)
  if (n <= 0 || n > MAX_NUMBER) return undefined
  return {
    n,
    id: text(record.id),
    by: text(record.by),
    sent: dict(record.sent),
    stale: record.stale === true,
    attempts: int(record.attempts, 0),
    formerNames: readFormerNames(record.formerNames),
    term: 0,
  }
}

function readFormerNames(value: unknown): FormerNames | undefined {
  if (value === undefined) return undefined
  const { from, to } = dict(value)
  return { from: list(from).map(text), to: list(to).map(text) }
}

function readOwner(value: unknown): JournalOwner | undefined {
  const { uin, session, self } = dict(value)
  return text(uin) === '' ? undefined : { uin: text(uin), session: text(session), self: text(self) }
}

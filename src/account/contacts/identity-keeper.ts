import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Contact } from '../../contact/contact.js'
import type { Identity } from '../../contact/operations.js'
import type { RevealedId } from '../../transport/contacts.js'
import type { Clock } from '../../util/clock.js'
import type { Emitter } from '../../util/emitter.js'
import { raceSignal } from '../../util/race-signal.js'
import type { ItchatEvents } from '../events.js'
import type { Documents } from '../persistence/documents.js'
import { RepeatedSave } from '../persistence/repeated-save.js'
import type { ContactBook } from './contact-book.js'
import { Identities } from './identities.js'
import { IdentityFile, MAX_ACCOUNTS } from './identity-file.js'
import type { Known } from './identity-match.js'

/** A store that cannot take changes by themselves is written this often at most. */
const FULL_WRITE_INTERVAL_MS = 5_000

/** Contacts that are brought up to date in one go. */
const SLICE = 200

interface IdentityKeeperOptions {
  clock: Clock
  book: ContactBook
  emitter: Emitter<ItchatEvents>
  onError(error: unknown): void
  /** The session, once it is known. @see SessionIdentity.session */
  session(): string | undefined
  /** Messages wait that only UserNames of a session before this one can be matched with: those must not be overwritten. */
  needsFormerNames(session: string): boolean
}

/** Keeps who is who: for the life of the instance, and with hot reload in a file. */
export class IdentityKeeper {
  readonly #options: IdentityKeeperOptions
  readonly #identities: Identities
  /** Of accounts that logged in to this instance before, by Uin; the latest last. */
  readonly #others = new Map<string, Known[]>()
  /** The `puid` behind each UserName of the session before. */
  #former = new Map<string, string>()
  /** Of this session; made at first use. */
  #byPuid: Map<string, Contact> | undefined
  #file: IdentityFile | undefined
  /** Accounts that were looked up in the file. */
  readonly #wasRead = new Set<string>()
  #uin: string | undefined
  /** Of the session whose UserNames these are: it is over before the next login has one. */
  #session = ''
  /** Everybody of this session was decided about together. */
  #isSettled = false
  readonly #saving: RepeatedSave
  #writtenAt = Number.NEGATIVE_INFINITY
  /** A write that waits for its time. */
  #wait: AbortController | undefined
  /** Calls that wait for everything to be written: writes do not wait then. */
  #urgent = 0

  constructor(options: IdentityKeeperOptions) {
    this.#options = options
    const { clock, onError, book } = options
    this.#saving = new RepeatedSave({ clock, save: () => this.#write(), onError })
    this.#identities = new Identities(
      () => clock.now(),
      (contact) => book.isStranger(contact),
    )
  }

  /** Of the account whose people these are. */
  get uin(): string | undefined {
    return this.#uin
  }

  /** Where to keep them; `undefined`: in memory alone. */
  keepIn(documents: Documents | undefined): void {
    if (documents === this.#file?.documents) return
    this.#saving.stop()
    this.#file = documents && new IdentityFile(documents)
    this.#wasRead.clear()
  }

  /** The contact behind a UserName of the session before this one; `undefined` when unknown. */
  formerly(userName: string): Contact | undefined {
    const puid = this.#former.get(userName)
    if (puid === undefined) return undefined
    this.#byPuid ??= new Map(this.#options.book.all().map((contact) => [this.of(contact).puid, contact]))
    return this.#byPuid.get(puid)
  }

  /**
   * Starts a session of this account, before any of its contacts is identified. An unreadable document is reported and left as it is.
   *
   * @param session default: the one of the connection, which a restored session does not have yet
   */
  async begin(uin: string, signal?: AbortSignal, session = this.#options.session() ?? ''): Promise<void> {
    // A save that waits for its turn would write the names of this session already; those of the session before are all written.
    await (signal ? raceSignal(this.written(), signal) : this.written())
    const isSame = this.#uin === uin
    if (this.#uin !== undefined) this.#remember(this.#uin, this.#identities.known)
    this.#uin = undefined
    this.#session = session
    const known = await this.#knownOf(uin, signal)
    this.#identities.reset(known)
    this.#uin = uin
    this.#isSettled = false
    const former = known.map(({ userName, puid }) => [userName, puid] as const)
    // Of a session that began and ended while the journal could not be written: its messages have the names before that.
    this.#former = new Map([
      ...(isSame && this.#options.needsFormerNames(this.#session) ? this.#former : []),
      ...former,
    ])
    this.#byPuid = undefined
  }

  #remember(uin: string, known: Known[]): void {
    // What was held back or failed to be written is not lost with the session.
    if (this.#wasRead.has(uin)) this.#file?.add(uin, known)
    this.#others.delete(uin)
    this.#others.set(uin, known)
    const [oldest] = this.#others.keys()
    if (oldest !== undefined && this.#others.size > MAX_ACCOUNTS) this.#others.delete(oldest)
  }

  /** What is kept; of an account that a file does not know yet what this process knows. */
  async #knownOf(uin: string, signal: AbortSignal | undefined): Promise<Known[]> {
    const here = this.#others.get(uin)
    if (here && (!this.#file || this.#wasRead.has(uin))) return here
    const kept = await this.#read(uin, signal)
    this.#wasRead.add(uin)
    if (kept.length > 0 || !here) return kept
    this.#file?.add(uin, here)
    return here
  }

  async #read(uin: string, signal: AbortSignal | undefined): Promise<Known[]> {
    try {
      return (await this.#file?.read(uin, signal)) ?? []
    } catch (error) {
      signal?.throwIfAborted()
      this.#file = undefined
      this.#options.onError(error)
      return []
    }
  }

  /** Real ids came to light: they confirm who is who, or show a mistake. */
  reveal(revealed: readonly RevealedId[]): void {
    for (const { userName, permanentId } of revealed) this.#identities.reveal(userName, permanentId)
    this.settle(revealed.flatMap(({ userName }) => this.#options.book.get(userName) ?? []))
  }

  /** Decides about everybody new among these, and brings the others up to date. */
  settle(contacts: readonly Contact[]): void {
    if (contacts.length === 0) return
    const { emitter } = this.#options
    const { guessed, corrected } = this.#identities.settle(contacts)
    for (const guess of guessed) emitter.emit('identityGuessed', guess)
    for (const correction of corrected) emitter.emit('identityCorrected', correction)
    void this.save()
  }

  /** The same for very many: everybody new among them is decided about at once, the others with pauses in between. */
  async settleMany(contacts: readonly Contact[]): Promise<void> {
    const isOpen = ({ UserName }: Contact) => this.#identities.get(UserName) === undefined
    const known = contacts.filter((contact) => !isOpen(contact))
    this.settle(contacts.filter(isOpen))
    for (let start = 0; start < known.length; start += SLICE) {
      if (start > 0) await nextTurn()
      this.settle(known.slice(start, start + SLICE))
    }
  }

  /** A session begins with everybody the book has. */
  settleAll(): void {
    this.#isSettled = true
    this.settle(this.#options.book.all())
  }

  of(contact: Contact): Identity {
    const known = this.#identities.get(contact.UserName)
    if (known) return known
    // Everybody at once: alone, each of two look-alikes would seem to be the only one.
    if (!this.#isSettled) this.settleAll()
    if (!this.#identities.get(contact.UserName)) this.settle([contact])
    return this.#identities.get(contact.UserName) as Identity
  }

  /** The book does not keep a contact any more. */
  release(contact: Contact): void {
    this.#identities.release(contact)
  }

  /** A store that cannot be written is reported, and tried again: the bot goes on. */
  save(): Promise<void> {
    return this.#saving.save()
  }

  /** Writes everything now; resolves when that has succeeded, or has failed and was reported. */
  async written(): Promise<void> {
    this.#urgent++
    this.#wait?.abort()
    await this.#saving.save()
    this.#urgent--
  }

  async #write(): Promise<void> {
    const [file, uin] = [this.#file, this.#uin]
    if (!file) this.#identities.takeChanges()
    // What was not read yet must not be overwritten.
    if (!file || uin === undefined || !this.#wasRead.has(uin)) return
    if (!file.takesChanges) await this.#untilDue()
    if (this.#file !== file || this.#options.needsFormerNames(this.#session)) return
    const all = () => this.#identities.known
    const now = this.#options.clock.now()
    if (await file.write(uin, this.#identities.takeChanges(), all)) this.#writtenAt = now
    if (this.#urgent > 0) await file.fold(uin, all)
  }

  async #untilDue(): Promise<void> {
    const { clock } = this.#options
    const now = clock.now()
    // A clock that was put back is not waited for.
    const waitMs = Math.min(FULL_WRITE_INTERVAL_MS, this.#writtenAt + FULL_WRITE_INTERVAL_MS - now)
    if (waitMs <= 0 || this.#urgent > 0) return
    this.#wait = new AbortController()
    await clock.sleep(waitMs, this.#wait.signal).catch(() => {})
    this.#wait = undefined
  }
}

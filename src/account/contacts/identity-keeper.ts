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

/** Minimum interval between writes to a store without a separate file for changes. */
const FULL_WRITE_INTERVAL_MS = 5_000

/** Number of contacts updated per turn of the event loop. */
const SLICE = 200

interface IdentityKeeperOptions {
  clock: Clock
  book: ContactBook
  emitter: Emitter<ItchatEvents>
  onError(error: unknown): void
  /** The current session, once known. @see SessionIdentity.session */
  session(): string | undefined
  /** Whether pending messages still need UserNames from an earlier session. If so, these must not be overwritten. */
  needsFormerNames(session: string): boolean
}

/** Keeps the identities of contacts in memory for the lifetime of the instance and, with hot reload, in a file. */
export class IdentityKeeper {
  readonly #options: IdentityKeeperOptions
  readonly #identities: Identities
  /** Identities for accounts that used this instance before, by Uin; the most recent account is last. */
  readonly #others = new Map<string, Known[]>()
  /** The `puid` for each UserName in the previous session. */
  #former = new Map<string, string>()
  /** Contacts in this session by `puid`; built on first use. */
  #byPuid: Map<string, Contact> | undefined
  #file: IdentityFile | undefined
  /** Accounts whose identities were read from the file. */
  readonly #wasRead = new Set<string>()
  #uin: string | undefined
  /** The session that the current UserNames belong to, even after it has ended. */
  #session = ''
  /** Whether all contacts in this session have been matched together. */
  #isSettled = false
  /** Whether matching waits until an identity is needed. */
  #isDeferred = false
  readonly #saving: RepeatedSave
  #writtenAt = Number.NEGATIVE_INFINITY
  /** Ends the delay before a write. */
  #wait: AbortController | undefined
  /** Number of pending calls to `written`, during which writes are not delayed. */
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

  /** Uin of the account that these identities belong to. */
  get uin(): string | undefined {
    return this.#uin
  }

  /** Sets where identities are saved. With `undefined`, they are only kept in memory. */
  saveTo(documents: Documents | undefined): void {
    if (documents === this.#file?.documents) return
    this.#saving.stop()
    this.#file = documents && new IdentityFile(documents)
    this.#wasRead.clear()
    if (documents) this.settleDeferred()
  }

  /** The contact that had this UserName in the previous session; `undefined` if unknown. */
  formerly(userName: string): Contact | undefined {
    const puid = this.#former.get(userName)
    if (puid === undefined) return undefined
    this.#byPuid ??= new Map(this.#options.book.all().map((contact) => [this.of(contact).puid, contact]))
    return this.#byPuid.get(puid)
  }

  /**
   * Starts a session for this account; must be called before any of its contacts is identified. An unreadable document is
   * reported and left unchanged.
   *
   * @param session defaults to the session of the connection; required for a saved login that has not been resumed yet
   */
  async begin(uin: string, signal?: AbortSignal, session = this.#options.session() ?? ''): Promise<void> {
    // A delayed save would write UserNames from the new session, so all changes from the previous session are written
    // first.
    await (signal ? raceSignal(this.written(), signal) : this.written())
    const isSame = this.#uin === uin
    if (this.#uin !== undefined) this.#remember(this.#uin, this.#identities.known)
    this.#uin = undefined
    this.#session = session
    const known = await this.#knownOf(uin, signal)
    this.#identities.reset(known)
    this.#uin = uin
    this.#isSettled = false
    this.#isDeferred = false
    const former = known.map(({ userName, puid }) => [userName, puid] as const)
    // If a session began and ended while the journal was not writable, the journal contains even older UserNames.
    this.#former = new Map([
      ...(isSame && this.#options.needsFormerNames(this.#session) ? this.#former : []),
      ...former,
    ])
    this.#byPuid = undefined
  }

  #remember(uin: string, known: Known[]): void {
    // Keep changes whose write was delayed or failed.
    if (this.#wasRead.has(uin)) this.#file?.add(uin, known)
    this.#others.delete(uin)
    this.#others.set(uin, known)
    const [oldest] = this.#others.keys()
    if (oldest !== undefined && this.#others.size > MAX_ACCOUNTS) this.#others.delete(oldest)
  }

  /** The identities of an account, from memory or else from the file. */
  async #knownOf(uin: string, signal: AbortSignal | undefined): Promise<Known[]> {
    const inMemory = this.#others.get(uin)
    if (inMemory && (!this.#file || this.#wasRead.has(uin))) return inMemory
    const saved = await this.#read(uin, signal)
    this.#wasRead.add(uin)
    if (saved.length > 0 || !inMemory) return saved
    this.#file?.add(uin, inMemory)
    return inMemory
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

  /** Records real ids, which confirm or correct matches. */
  reveal(revealed: readonly RevealedId[]): void {
    for (const { userName, permanentId } of revealed) this.#identities.reveal(userName, permanentId)
    this.settle(revealed.flatMap(({ userName }) => this.#options.book.get(userName) ?? []))
  }

  /** Matches new contacts with known identities, and updates contacts that are already matched. */
  settle(contacts: readonly Contact[]): void {
    if (contacts.length === 0 || this.#isDeferred) return
    const { emitter } = this.#options
    const { guessed, corrected } = this.#identities.settle(contacts)
    for (const guess of guessed) emitter.emit('identityGuessed', guess)
    for (const correction of corrected) emitter.emit('identityCorrected', correction)
    void this.save()
  }

  /**
   * Like `settle`, for many contacts: new ones are matched together, and contacts that are already matched are updated
   * over several turns of the event loop.
   */
  async settleMany(contacts: readonly Contact[]): Promise<void> {
    const isOpen = ({ UserName }: Contact) => this.#identities.get(UserName) === undefined
    const known = contacts.filter((contact) => !isOpen(contact))
    this.settle(contacts.filter(isOpen))
    for (let start = 0; start < known.length; start += SLICE) {
      if (start > 0) await nextTurn()
      this.settle(known.slice(start, start + SLICE))
    }
  }

  /**
   * Matches every contact in the book at the start of a session. If there is nothing to match them with and nothing to
   * save, this waits until an identity is needed, which most programs never do.
   */
  settleAll(): void {
    this.#isDeferred = !this.#file && this.#identities.isEmpty
    if (!this.#isDeferred) this.#settleAll()
  }

  /** Called before the book is reset: the contacts of the next session are matched with those in it. */
  settleDeferred(): void {
    if (this.#isDeferred) this.#settleAll()
  }

  #settleAll(): void {
    this.#isDeferred = false
    this.#isSettled = true
    this.settle(this.#options.book.all())
  }

  of(contact: Contact): Identity {
    const known = this.#identities.get(contact.UserName)
    if (known) return known
    // Match all contacts together: on its own, each of two look-alikes would seem unambiguous.
    if (!this.#isSettled) this.#settleAll()
    if (!this.#identities.get(contact.UserName)) this.settle([contact])
    return this.#identities.get(contact.UserName) as Identity
  }

  /** Called when the book has evicted a contact. */
  release(contact: Contact): void {
    this.#identities.release(contact)
  }

  /** Saves in the background. A failed write is reported and retried. */
  save(): Promise<void> {
    return this.#saving.save()
  }

  /** Writes all unsaved changes now. Resolves once the write has succeeded, or has failed and been reported. */
  async written(): Promise<void> {
    this.#urgent++
    this.#wait?.abort()
    await this.#saving.save()
    this.#urgent--
  }

  async #write(): Promise<void> {
    const [file, uin] = [this.#file, this.#uin]
    if (!file) this.#identities.takeChanges()
    // A file that has not been read yet must not be overwritten.
    if (!file || uin === undefined || !this.#wasRead.has(uin)) return
    if (!file.isIncremental) await this.#untilDue()
    if (this.#file !== file || this.#options.needsFormerNames(this.#session)) return
    const all = () => this.#identities.known
    const now = this.#options.clock.now()
    if (await file.write(uin, this.#identities.takeChanges(), all)) this.#writtenAt = now
    if (this.#urgent > 0) await file.fold(uin, all)
  }

  async #untilDue(): Promise<void> {
    const { clock } = this.#options
    const now = clock.now()
    // Limited, in case the clock was set back.
    const waitMs = Math.min(FULL_WRITE_INTERVAL_MS, this.#writtenAt + FULL_WRITE_INTERVAL_MS - now)
    if (waitMs <= 0 || this.#urgent > 0) return
    this.#wait = new AbortController()
    await clock.sleep(waitMs, this.#wait.signal).catch(() => {})
    this.#wait = undefined
  }
}

import { FileError } from '../../errors.js'
import type { SessionIdentity, Transport } from '../../transport/transport.js'
import { type Clock, systemClock } from '../../util/clock.js'
import { raceSignal } from '../../util/race-signal.js'
import { settlesWithin } from '../../util/timeout.js'
import type { Documents, Quarantined } from './documents.js'
import { filesOf, type HeldStore, openDocuments, releaseStore } from './held-store.js'
import { isJournalOf, type Journal } from './journal.js'
import type { JournalOwner, Received } from './journal-record.js'
import { journalStep, openJournal } from './open-journal.js'
import { requireOwnFile } from './own-file.js'
import { RepeatedSave } from './repeated-save.js'
import { type KnownLogin, readSavedLogin, toSavedLogin } from './saved-login.js'
import type { SessionStore } from './session-store.js'
import { sealFor } from './state-key.js'
import { LockLapsed, lockStore, mayActWith, watchLock } from './store-lock.js'

const FOREIGN = 'it belongs to another account'
const OWNERLESS = 'its account is unknown'
/** Value of `keptAs` when the journal does not support keeping a copy. */
const NOWHERE = 'nowhere'

const NEVER = new AbortController().signal

/** Timeout for each step of releasing a store. */
const RELEASE_TIMEOUT_MS = 10_000

interface HotReloadOptions {
  /** Default: the system clock. */
  clock?: Clock
  transport(): Pick<Transport, 'name' | 'identify'>
  /** The login to save; `undefined` before a login. */
  login(): KnownLogin | undefined
  /** Prevents directives from sending these files. */
  keepSecret(paths: readonly string[]): void
  onQuarantined(quarantined: Quarantined): void
  onError(error: unknown): void
  /**
   * Called when another process has taken over the store. The store has already been released, and nothing more is
   * saved.
   */
  onLost?(error: FileError): void
  /** Called when the session has been started in the journal after an earlier failure. */
  onBegun?(): void
}

/** Preserves an account between runs: its saved login, contact identities and unhandled messages. */
export class HotReload {
  readonly #options: HotReloadOptions
  readonly #clock: Clock
  readonly #saving: RepeatedSave
  #held: HeldStore | undefined
  /** Stores released while handlers were in flight, by place. Each is unlocked as soon as its handlers finish. */
  readonly #lingering = new Map<string, HeldStore>()
  /** The account of the login in the store; `''` when there is no login. */
  #savedAccount = ''
  /** Whether another process has taken over the store in use. */
  #isLost = false
  /** Pending while the login of another account is being quarantined. */
  #quarantining: Promise<void> | undefined
  /** Starts the session in the journal; present until that has succeeded. */
  #beginning: (() => Promise<void>) | undefined
  #releasing: Promise<void> = Promise.resolve()

  constructor(options: HotReloadOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#saving = new RepeatedSave({
      clock: this.#clock,
      save: () => this.#write(),
      onError: (error) => options.onError(error),
    })
  }

  /**
   * Absent when hot reload is off, when it stores no messages, or before the session has been started in the journal.
   */
  get journal(): Journal | undefined {
    return this.#beginning ? undefined : this.#held?.journal
  }

  /** Name of the store; `undefined` when hot reload is off. */
  get place(): string | undefined {
    return this.#held?.store.place
  }

  /** Absent when hot reload is off. */
  get documents(): Documents | undefined {
    return this.#held?.documents
  }

  /** Whether the store still has writes to complete. */
  get isWriting(): boolean {
    return this.#held?.documents.isWriting ?? false
  }

  /**
   * Whether waiting messages still need the UserNames of an earlier session, which must then not be overwritten.
   *
   * @param session the current session
   */
  needsFormerNames(session: string): boolean {
    const journal = this.#held?.journal
    if (!journal?.owner || journal.size === 0) return false
    return journal.owner.session !== session
  }

  /** @throws StateError when this instance does not hold the lock */
  mayAct(): void {
    const held = this.#held
    if (!this.#isLost && mayActWith(held?.lock)) return
    throw new LockLapsed(
      `This instance may not act for the account: it does not hold the lock on ${held?.store.place ?? 'its login state'}. Nothing was sent.`,
    )
  }

  /**
   * The cursor from which to resume a saved session, if the journal has a later one. `undefined` if the saved session
   * is at the same position, or at a later one because something was received without the journal.
   */
  cursorOf({ identity: { account, session }, cursor }: Pick<KnownLogin, 'identity' | 'cursor'>): string | undefined {
    const journal = this.#held?.journal
    const isOwner = journal?.owner?.account === account && journal.owner.session === session
    return isOwner && cursor !== undefined && cursor !== journal.cursor ? journal.cursor : undefined
  }

  /**
   * Locks and opens a store for this instance. Keeps the current store if the place is the same, even while its release
   * is pending.
   *
   * @throws FileError when another program uses it, or its journal cannot be opened
   * @throws ArgumentError for a file of another program, or when the key in the environment is invalid, missing or wrong
   */
  async use(store: SessionStore, signal: AbortSignal = NEVER): Promise<void> {
    // Throws for an invalid key before anything is locked or read.
    sealFor('session')
    await this.#released(signal)
    if (this.place === store.place) return
    void this.release()
    await this.#released(signal)
    this.#options.keepSecret(filesOf(store))
    const lingering = this.#lingering.get(store.place)
    if (lingering) {
      this.#lingering.delete(store.place)
      this.#held = lingering
      return
    }
    const { onQuarantined, onError } = this.#options
    await requireOwnFile(store, 'statusStorageDir', signal)
    const lock = await lockStore(store, signal, onError)
    const documents = openDocuments(store, onQuarantined, { clock: this.#clock, token: lock?.token })
    const held: HeldStore = { store, documents, lock, journal: undefined, hasCopy: false }
    this.#held = held
    try {
      held.journal = await openJournal(store, { signal, token: lock?.token, onError })
      // Taking the lock may have resolved links, which changes the paths.
      this.#options.keepSecret(filesOf(store))
      signal.throwIfAborted()
      if (lock) watchLock(store.place, lock, (error) => this.#lose(held, error))
    } catch (error) {
      await this.release()
      throw error
    }
  }

  /**
   * As soon as no handlers are in flight, completes pending writes and unlocks the store. A store that does not respond
   * is reported after ten seconds; it stays locked until it responds, so that a late write cannot overwrite data
   * written by the next holder. Never rejects.
   */
  release(): Promise<void> {
    // Saves requested after this call are ignored.
    const saved = this.#saving.flush()
    this.#releasing = this.#releasing.then(() => this.#release(saved))
    return this.#releasing
  }

  /** Resolves when no release is pending. */
  async #released(signal: AbortSignal): Promise<void> {
    let releasing: Promise<void> | undefined
    while (releasing !== this.#releasing) {
      releasing = this.#releasing
      await raceSignal(releasing, signal)
    }
  }

  async #release(saved: Promise<void>): Promise<void> {
    if (!this.#held) return
    const isSaved = await settlesWithin(this.#clock, RELEASE_TIMEOUT_MS, saved)
    const held = this.#held
    // The lock was lost in the meantime.
    if (!held) return
    this.#forget()
    if (held.journal?.inFlight) void this.#linger(held, held.journal)
    else await this.#unlock(held, isSaved)
  }

  async #linger(held: HeldStore, journal: Journal): Promise<void> {
    const { place } = held.store
    this.#lingering.set(place, held)
    await journalStep(held.store, 'awaited', () => journal.idle()).catch(this.#options.onError)
    // The store may be in use again, or its lock may have been lost.
    if (this.#lingering.get(place) !== held) return
    this.#lingering.delete(place)
    this.#releasing = this.#releasing.then(() => this.#unlock(held, true))
  }

  /** @param isSaved false if the store has already failed to respond in time */
  async #unlock(held: HeldStore, isSaved: boolean): Promise<void> {
    const released = releaseStore(held).catch(this.#options.onError)
    if (isSaved && (await settlesWithin(this.#clock, RELEASE_TIMEOUT_MS, released))) return
    const { place } = held.store
    const seconds = RELEASE_TIMEOUT_MS / 1000
    this.#options.onError(
      new FileError(`The store ${place} did not answer within ${seconds} s and stays locked until it does.`, {
        path: place,
      }),
    )
  }

  /** Stops all writes: another process now holds the store. */
  #lose(held: HeldStore, error: FileError): void {
    const { place } = held.store
    const isHeld = this.#held === held
    if (!isHeld && this.#lingering.get(place) !== held) return
    if (isHeld) {
      this.#isLost = true
      this.#forget()
    } else this.#lingering.delete(place)
    const { journal, documents, lock } = held
    // Custom stores may throw synchronously.
    void Promise.allSettled([(async () => journal?.discard())(), documents.close(), (async () => lock?.unlock())()])
    if (isHeld) this.#options.onLost?.(error)
  }

  #forget(): void {
    this.#saving.stop()
    this.#held = undefined
    this.#savedAccount = ''
    this.#beginning = undefined
  }

  /**
   * Loads the saved login; `undefined` if it is missing, or if it was unusable and has been quarantined.
   *
   * @throws FileError
   */
  async load(signal?: AbortSignal): Promise<KnownLogin | undefined> {
    this.#savedAccount = ''
    const saved = await this.#held?.documents.load('session', signal)
    if (!saved) return undefined
    const login = readSavedLogin(saved, this.#options.transport())
    if (typeof login === 'string') {
      await this.quarantineLogin(login, signal)
      return undefined
    }
    this.#savedAccount = login.identity.account
    return login
  }

  /** Quarantines the saved login. @throws FileError */
  async quarantineLogin(reason: string, signal?: AbortSignal): Promise<void> {
    await this.#held?.documents.quarantine('session', reason, signal)
    this.#savedAccount = ''
  }

  /** Saves a changed login: with a journal, within a second, because a killed process resumes from the journal. */
  saveSoon(): void {
    if (this.#held?.journal) this.#saving.saveSoon()
    else void this.save()
  }

  /** Saves the login. The first of consecutive failures is reported, and the bot continues. */
  save(): Promise<void> {
    return this.#saving.save()
  }

  /**
   * Assigns the store to an account: data for another account is quarantined.
   *
   * @throws FileError; the signal's reason
   */
  async claim(account: string, signal?: AbortSignal): Promise<void> {
    await this.#quarantineForeignLogin(account, signal)
    const held = this.#held
    const journal = held?.journal
    if (!held || !journal || (isJournalOf(journal, account) && (journal.owner?.account ?? account) === account)) return
    const reason = journal.owner ? FOREIGN : (journal.damage ?? OWNERLESS)
    if (!isJournalOf(journal, account)) await this.#quarantineJournal(held, reason)
    await journalStep(held.store, 'cleared', () => journal.clear())
  }

  /**
   * Starts a session: quarantines data that belongs to another account or has an unreadable owner, and updates the
   * messages. If this fails, `ready` and each save try again.
   *
   * @param update returns the message for the new session; `former` is the owner in the previous session, absent when
   * the session continues
   * @throws FileError
   */
  async begin(
    identity: SessionIdentity,
    self: string,
    update: (received: Received, former?: JournalOwner) => Received,
  ): Promise<void> {
    const owner = { ...identity, self }
    let running: Promise<void> | undefined
    const beginning = () => {
      running ??= this.#begin(owner, update).finally(() => {
        running = undefined
      })
      return running
    }
    this.#beginning = beginning
    await beginning()
    if (this.#beginning === beginning) this.#beginning = undefined
  }

  /** Starts the session in the journal if that has not succeeded yet. @throws FileError */
  async ready(): Promise<void> {
    const beginning = this.#beginning
    if (!beginning) return
    await beginning()
    if (this.#beginning !== beginning) return
    this.#beginning = undefined
    this.#options.onBegun?.()
  }

  async #begin(owner: JournalOwner, update: (received: Received, former?: JournalOwner) => Received): Promise<void> {
    const held = this.#held
    if (!held) return
    await this.claim(owner.account)
    const { journal } = held
    if (!journal) return
    // Copied only when it is about to be rewritten. Otherwise, a program that fails earlier would add a copy at each
    // start.
    if (journal.damage !== undefined) await this.#quarantineJournal(held, journal.damage)
    await journalStep(held.store, 'updated for the session', () => journal.begin(owner, update))
    held.hasCopy = false
  }

  async #quarantineForeignLogin(account: string, signal?: AbortSignal): Promise<void> {
    // A login and a save may find the other account's login at the same time; the second would quarantine what the
    // first one saves.
    while (this.#quarantining) await this.#quarantining.catch(() => {})
    if (this.#savedAccount === '' || this.#savedAccount === account) return
    this.#quarantining = this.quarantineLogin(FOREIGN, signal).finally(() => {
      this.#quarantining = undefined
    })
    await this.#quarantining
  }

  /**
   * Stores a message that will not be retried because the process died too often while handling it. Resolves to the
   * path of the file, or to `undefined` if the file is full.
   */
  async deadLetter(received: Received): Promise<string | undefined> {
    return this.#held?.journal?.deadLetter?.(received)
  }

  /**
   * Copies the journal to quarantine, but only once even if starting the session takes several attempts. The journal
   * stays in use.
   */
  async #quarantineJournal(held: HeldStore, reason: string): Promise<void> {
    const { journal, store } = held
    if (!journal || held.hasCopy) return
    const keptAs = (await journalStep(store, 'copied to quarantine', async () => journal.setAside?.())) ?? NOWHERE
    held.hasCopy = true
    this.#options.onQuarantined({ what: 'journal', keptAs, reason })
  }

  async #write(): Promise<void> {
    const held = this.#held
    const login = held && this.#options.login()
    if (!login) return
    // Read together with the session: the journal may advance before both are written.
    const cursor = held.journal && { cursor: held.journal.cursor ?? '' }
    // Otherwise the login of another account would be overwritten.
    const { account } = login.identity
    await this.#quarantineForeignLogin(account)
    const saveSession = async () => {
      // The received messages are written first, then the cursor after them.
      await journalStep(held.store, 'written', async () => held.journal?.sync())
      if (this.#held !== held) return
      const former = this.#savedAccount
      // Set before the write, because a login that quarantines the document at the same time must see the new account.
      this.#savedAccount = account
      try {
        await held.documents.save('session', toSavedLogin({ ...login, ...cursor }))
      } catch (error) {
        if (this.#savedAccount === account) this.#savedAccount = former
        throw error
      }
    }
    const [begun, saved] = await Promise.allSettled([this.ready(), saveSession()])
    for (const step of [saved, begun]) if (step.status === 'rejected') throw step.reason
  }
}

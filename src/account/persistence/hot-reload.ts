import { FileError } from '../../errors.js'
import type { SessionIdentity, Transport } from '../../transport/transport.js'
import { type Clock, systemClock } from '../../util/clock.js'
import { raceSignal } from '../../util/race-signal.js'
import { settlesWithin } from '../../util/timeout.js'
import type { Documents, Quarantined } from './documents.js'
import { filesOf, giveBack, type HeldStore, openDocuments } from './held-store.js'
import { isJournalOf, type Journal } from './journal.js'
import type { JournalOwner, Received } from './journal-record.js'
import { journalStep, openJournal } from './open-journal.js'
import { RepeatedSave } from './repeated-save.js'
import { type KnownLogin, readSavedLogin, toSavedLogin } from './saved-login.js'
import type { SessionStore } from './session-store.js'
import { sealFor } from './state-key.js'
import { LockLapsed, lockStore, mayActWith, watchLock } from './store-lock.js'

const FOREIGN = 'it belongs to another account'

const OWNERLESS = 'it does not say which account it belongs to'

/** Where what is not kept is said to be. */
const NOWHERE = 'nowhere'

const NEVER = new AbortController().signal

/** For a store that is given back. */
const RELEASE_TIMEOUT_MS = 10_000

interface HotReloadOptions {
  /** Default: the machine's time. */
  clock?: Clock
  transport(): Pick<Transport, 'name' | 'identify'>
  /** What to keep; `undefined` while nobody is logged in. */
  login(): KnownLogin | undefined
  /** No text may send these, now or later. */
  keepSecret(paths: readonly string[]): void
  onQuarantined(aside: Quarantined): void
  onError(error: unknown): void
  /** Another process has taken the store over. The store is given back already, and nothing is saved any more. */
  onLost?(error: FileError): void
  /** A session that could not be begun when it was opened has begun. */
  onBegun?(): void
}

/** Keeps an account between two runs: its session, who is who, and messages until they are handled. */
export class HotReload {
  readonly #options: HotReloadOptions
  readonly #clock: Clock
  readonly #saving: RepeatedSave
  #held: HeldStore | undefined
  /** Released while handlers were in flight: given back as soon as those are done. By place. */
  readonly #lingering = new Map<string, HeldStore>()
  /** The account whose login the store has; `''` for none. */
  #savedAccount = ''
  /** The store in use was taken over by another process. */
  #isLost = false
  /** The login of another account is being set aside. */
  #movingAside: Promise<void> | undefined
  /** Begins the session; present until it has succeeded. */
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

  /** Absent when hot reload is off, keeps no messages, or the session could not be begun yet. */
  get journal(): Journal | undefined {
    return this.#beginning ? undefined : this.#held?.journal
  }

  /** What the store is called; `undefined` when hot reload is off. */
  get place(): string | undefined {
    return this.#held?.store.place
  }

  /** Absent when hot reload is off. */
  get documents(): Documents | undefined {
    return this.#held?.documents
  }

  /** The store has not answered every write. */
  get isWriting(): boolean {
    return this.#held?.documents.isWriting ?? false
  }

  /**
   * Messages wait that only the UserNames of a session before this one can be matched with: those must not be overwritten.
   *
   * @param session this one
   */
  needsFormerNames(session: string): boolean {
    const journal = this.#held?.journal
    if (!journal?.owner || journal.size === 0) return false
    return journal.owner.session !== session
  }

  /** @throws StateError when another process acts for the account, or may */
  mayAct(): void {
    const held = this.#held
    if (!this.#isLost && mayActWith(held?.lock)) return
    throw new LockLapsed(
      `This instance may not act for the account: it does not hold the lock of ${held?.store.place ?? 'its login state'}. Nothing was sent.`,
    )
  }

  /**
   * Position to resume a saved session at, when the journal has a later one. `undefined` when the saved session is as far, or further:
   * something was received without the journal.
   */
  cursorOf({ identity: { account, session }, cursor }: Pick<KnownLogin, 'identity' | 'cursor'>): string | undefined {
    const journal = this.#held?.journal
    const isOwner = journal?.owner?.account === account && journal.owner.session === session
    return isOwner && cursor !== undefined && cursor !== journal.cursor ? journal.cursor : undefined
  }

  /**
   * Takes a store for this instance; the one it had stays when it is the same place, also when it is not given back yet.
   *
   * @throws FileError when another program has it, or its journal cannot be opened
   * @throws ArgumentError when the key in the environment is invalid, missing or another one
   */
  async use(store: SessionStore, signal: AbortSignal = NEVER): Promise<void> {
    // An invalid key is refused before anything is locked or read.
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
    const lock = await lockStore(store, signal, onError)
    const token = lock?.token
    const documents = openDocuments(store, onQuarantined, { clock: this.#clock, token })
    const held: HeldStore = { store, documents, lock, journal: undefined, hasCopy: false }
    this.#held = held
    try {
      held.journal = await openJournal(store, { signal, token, onError })
      // A lock that follows links has found the files they lead to.
      this.#options.keepSecret(filesOf(store))
      signal.throwIfAborted()
      if (lock) watchLock(store.place, lock, (error) => this.#lose(held, error))
    } catch (error) {
      await this.release()
      throw error
    }
  }

  /**
   * Writes what is on its way and gives the store back; while handlers are in flight, as soon as they are done. A store that
   * does not answer is reported after ten seconds; it stays locked until it answers, so that a late write does not meet the
   * next holder. Never rejects.
   */
  release(): Promise<void> {
    // What is saved after the call is left out.
    const saved = this.#saving.settled()
    this.#releasing = this.#releasing.then(() => this.#release(saved))
    return this.#releasing
  }

  /** Resolves when nothing is being given back. */
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
    // Lost meanwhile.
    if (!held) return
    this.#forget()
    if (held.journal?.inFlight) void this.#linger(held, held.journal)
    else await this.#giveBack(held, isSaved)
  }

  async #linger(held: HeldStore, journal: Journal): Promise<void> {
    const { place } = held.store
    this.#lingering.set(place, held)
    await journalStep(held.store, 'waited for', () => journal.idle()).catch(this.#options.onError)
    // It may be in use again, or lost.
    if (this.#lingering.get(place) !== held) return
    this.#lingering.delete(place)
    this.#releasing = this.#releasing.then(() => this.#giveBack(held, true))
  }

  /** @param isSaved false: the store did not answer in time already */
  async #giveBack(held: HeldStore, isSaved: boolean): Promise<void> {
    const onError = (error: unknown) => this.#options.onError(error)
    const given = giveBack(held).catch(onError)
    if (isSaved && (await settlesWithin(this.#clock, RELEASE_TIMEOUT_MS, given))) return
    const { place } = held.store
    const seconds = RELEASE_TIMEOUT_MS / 1000
    onError(
      new FileError(`${place} did not answer within ${seconds} s, and stays locked until it does.`, { path: place }),
    )
  }

  /** Nothing is written any more: what is handled from now on is handled by the new holder. */
  #lose(held: HeldStore, error: FileError): void {
    const { place } = held.store
    const isLingering = this.#lingering.get(place) === held
    const isHeld = this.#held === held
    if (!isHeld && !isLingering) return
    if (isHeld) {
      this.#isLost = true
      this.#forget()
    } else this.#lingering.delete(place)
    const { journal, documents, lock } = held
    // Those of a program may throw before they return a promise.
    void Promise.allSettled([(async () => journal?.discard())(), documents.close(), (async () => lock?.unlock())()])
    if (isHeld) this.#options.onLost?.(error)
  }

  #forget(): void {
    this.#saving.stop()
    this.#held = undefined
    this.#savedAccount = ''
    this.#beginning = undefined
  }

  /** The login of the last run; `undefined` when there is none, or it cannot be used: then it is set aside. @throws FileError */
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

  /** Puts the login of the last run out of the way. @throws FileError */
  async quarantineLogin(reason: string, signal?: AbortSignal): Promise<void> {
    await this.#held?.documents.quarantine('session', reason, signal)
    this.#savedAccount = ''
  }

  /** Keeps the session. A store that cannot be written is reported, once until it can be again: the bot goes on. */
  save(): Promise<void> {
    return this.#saving.save()
  }

  /** Makes the store that of an account: what belongs to another one is set aside. @throws FileError, the signal's reason */
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
   * Starts a session: what belongs to another account, or to an account that damage hides, is set aside; messages are brought up
   * to date. What fails is tried again by `ready` and by each save.
   *
   * @param bring a message up to date; `former` is the owner in the session before, absent when the session goes on
   * @throws FileError
   */
  async begin(
    identity: SessionIdentity,
    self: string,
    bring: (received: Received, former?: JournalOwner) => Received,
  ): Promise<void> {
    const owner = { ...identity, self }
    let running: Promise<void> | undefined
    const beginning = () => {
      running ??= this.#begin(owner, bring).finally(() => {
        running = undefined
      })
      return running
    }
    this.#beginning = beginning
    await beginning()
    if (this.#beginning === beginning) this.#beginning = undefined
  }

  /** Begins a session that could not be begun when it was opened. @throws FileError */
  async ready(): Promise<void> {
    const beginning = this.#beginning
    if (!beginning) return
    await beginning()
    if (this.#beginning !== beginning) return
    this.#beginning = undefined
    this.#options.onBegun?.()
  }

  async #begin(owner: JournalOwner, bring: (received: Received, former?: JournalOwner) => Received): Promise<void> {
    const held = this.#held
    if (!held) return
    await this.claim(owner.account)
    const { journal } = held
    if (!journal) return
    // Not before: it is written anew now, and a program that never gets so far would leave a copy at each start.
    if (journal.damage !== undefined) await this.#quarantineJournal(held, journal.damage)
    await journalStep(held.store, 'begun', () => journal.begin(owner, bring))
    held.hasCopy = false
  }

  async #quarantineForeignLogin(account: string, signal?: AbortSignal): Promise<void> {
    // A login and a save may find it at the same moment; the second would move what the first one saves.
    while (this.#movingAside) await this.#movingAside.catch(() => {})
    if (this.#savedAccount === '' || this.#savedAccount === account) return
    this.#movingAside = this.quarantineLogin(FOREIGN, signal).finally(() => {
      this.#movingAside = undefined
    })
    await this.#movingAside
  }

  /** Keeps a message whose handler ended the process too often for people to look at. Resolves to where, when there is room. */
  async deadLetter(received: Received): Promise<string | undefined> {
    return this.#held?.journal?.deadLetter?.(received)
  }

  /** What is in use goes on under its name; what could not be used stays for its owner to look at. Once, however often it is tried. */
  async #quarantineJournal(held: HeldStore, reason: string): Promise<void> {
    const { journal, store } = held
    if (!journal || held.hasCopy) return
    const keptAs = (await journalStep(store, 'copied aside', async () => journal.setAside?.())) ?? NOWHERE
    held.hasCopy = true
    this.#options.onQuarantined({ what: 'journal', keptAs, reason })
  }

  async #write(): Promise<void> {
    const login = this.#options.login()
    const held = this.#held
    if (!held || !login) return
    // Together with the session: the journal may move on before they are written.
    const cursor = held.journal && { cursor: held.journal.cursor ?? '' }
    // Otherwise the login of another account would be overwritten.
    const { account } = login.identity
    await this.#quarantineForeignLogin(account)
    const saveSession = async () => {
      // First what was received, then the position behind it.
      await journalStep(held.store, 'written', async () => held.journal?.sync())
      if (this.#held !== held) return
      const former = this.#savedAccount
      // Before it is written: a login that sets it aside at the same moment must find it so.
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

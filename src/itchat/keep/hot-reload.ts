import { createHash } from 'node:crypto'
import { appendFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { FileError } from '../../errors.js'
import { unlessAborted } from '../../util/abort.js'
import { type Clock, systemClock } from '../../util/clock.js'
import { type Dict, dict, list, text } from '../../util/read.js'
import { resolveLinks } from '../../util/resolve-links.js'
import { settlesWithin } from '../../util/timeout.js'
import type { SavedSession } from '../../web/session/saved-session.js'
import { Documents, type SetAside } from './documents.js'
import { copyFileAside } from './file-session-store.js'
import { Journal, type JournalOwner, type Received } from './journal.js'
import { JournalFile } from './journal-file.js'
import { RepeatedSave } from './repeated-save.js'
import type { SessionStore, StoreLock } from './session-store.js'
import { missingKey, otherKey, sealFor } from './state-key.js'
import { lockStore, watchLock } from './store-lock.js'

const FOREIGN = 'it belongs to another account'

/** Messages set aside are kept up to this much. */
const MAX_ASIDE_BYTES = 16 * 1024 * 1024

const NEVER = new AbortController().signal

/** For a store that is given back. */
const RELEASE_TIMEOUT_MS = 10_000

/** What hot reload keeps of a login between two runs. */
export interface SavedLogin {
  session: SavedSession
  /** The own account, as the server described it. */
  user: Dict
  /** UserNames of the groups: those not saved to the address book would not be found again. */
  chatrooms: string[]
}

export interface HotReloadOptions {
  /** Default: the machine's time. */
  clock?: Clock
  /** What to keep; `undefined` while nobody is logged in. */
  login(): SavedLogin | undefined
  /** No text may send these, now or later. */
  keepSecret(paths: readonly string[]): void
  onSetAside(aside: SetAside): void
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
  #store: SessionStore | undefined
  #lock: StoreLock | undefined
  #documents: Documents | undefined
  #journal: Journal | undefined
  /** Of the account whose login the store has. */
  #savedUin = ''
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
    return this.#beginning ? undefined : this.#journal
  }

  /** What the store is called; `undefined` when hot reload is off. */
  get place(): string | undefined {
    return this.#store?.place
  }

  /** Absent when hot reload is off. */
  get documents(): Documents | undefined {
    return this.#documents
  }

  /** The store has not answered every write. */
  get isWriting(): boolean {
    return this.#documents?.isWriting ?? false
  }

  /**
   * Messages wait that only the UserNames of a session before this one can be matched with: those must not be overwritten.
   *
   * @param sid of this session
   */
  needsFormerNames(sid: string): boolean {
    const journal = this.#journal
    if (!journal?.owner || journal.size === 0) return false
    return journal.owner.session !== sessionOf(sid)
  }

  /**
   * Takes a store for this instance; the one it had stays when it is the same place.
   *
   * @throws FileError when another program has it, or its journal cannot be opened
   * @throws ArgumentError when the key in the environment is invalid, missing or another one
   */
  async use(store: SessionStore, signal: AbortSignal = NEVER): Promise<void> {
    // An invalid key is refused before anything is locked or read.
    sealFor('session')
    await unlessAborted(this.#releasing, signal)
    if (this.#store?.place === store.place) return
    await unlessAborted(this.release(), signal)
    this.#options.keepSecret(filesOf(store))
    const documents = openDocuments(store, this.#options.onSetAside, this.#clock)
    const lock = await lockStore(store, signal, this.#options.onError)
    this.#store = store
    this.#lock = lock
    this.#documents = documents
    try {
      if (store.journalFile !== undefined) this.#journal = await openJournal(store.journalFile, signal)
      // A lock that follows links has found the files they lead to.
      this.#options.keepSecret(filesOf(store))
      signal.throwIfAborted()
      if (lock) watchLock(store.place, lock, (error) => this.#lose(lock, error))
    } catch (error) {
      await this.release()
      throw error
    }
  }

  /**
   * Writes what is on its way and gives the store back. A store that does not answer is reported after ten seconds; it stays
   * locked until it answers, so that a late write does not meet the next holder. Never rejects.
   */
  release(): Promise<void> {
    // What is saved after the call is left out.
    const saved = this.#saving.settled()
    this.#releasing = this.#releasing.then(() => this.#release(saved))
    return this.#releasing
  }

  async #release(saved: Promise<void>): Promise<void> {
    if (!this.#store) return
    const isSaved = await settlesWithin(this.#clock, RELEASE_TIMEOUT_MS, saved)
    const { place } = this.#store
    const [journal, documents, lock] = [this.#journal, this.#documents, this.#lock]
    this.#forget()
    const giveBack = async () => {
      try {
        await journal?.close()
      } finally {
        await documents?.written()
        await lock?.unlock()
      }
    }
    const onError = (error: unknown) => this.#options.onError(error)
    const given = giveBack().catch(onError)
    if (isSaved && (await settlesWithin(this.#clock, RELEASE_TIMEOUT_MS, given))) return
    onError(
      new FileError(`${place} did not answer within ${RELEASE_TIMEOUT_MS / 1000} s, and stays locked until it does.`, {
        path: place,
      }),
    )
  }

  /** Nothing is written any more: what is handled from now on is handled by the new holder. */
  #lose(lock: StoreLock, error: FileError): void {
    if (this.#lock !== lock) return
    const journal = this.#journal
    this.#forget()
    void Promise.allSettled([journal?.close(), (async () => lock.unlock())()])
    this.#options.onLost?.(error)
  }

  #forget(): void {
    this.#saving.stop()
    this.#journal = undefined
    this.#documents = undefined
    this.#store = undefined
    this.#lock = undefined
    this.#savedUin = ''
    this.#beginning = undefined
  }

  /** The login of the last run; `undefined` when there is none, or it cannot be used: then it is set aside. @throws FileError */
  async load(signal?: AbortSignal): Promise<SavedLogin | undefined> {
    this.#savedUin = ''
    const saved = await this.#documents?.load('session', signal)
    if (!saved) return undefined
    const login = readSavedLogin(saved)
    if (typeof login === 'string') {
      await this.#documents?.setAside('session', login, signal)
      return undefined
    }
    this.#savedUin = text(dict(login.session).uin)
    return login
  }

  /** Puts the login of the last run out of the way. @throws FileError */
  async setLoginAside(reason: string, signal?: AbortSignal): Promise<void> {
    await this.#documents?.setAside('session', reason, signal)
    this.#savedUin = ''
  }

  /** Keeps the session. A store that cannot be written is reported, once until it can be again: the bot goes on. */
  save(): Promise<void> {
    return this.#saving.save()
  }

  /**
   * Starts a session: what belongs to another account is set aside, messages of a session before this one are renewed. What
   * fails is tried again by `ready` and by each save.
   *
   * @throws FileError
   */
  async begin(
    uin: string,
    sid: string,
    self: string,
    renew: (received: Received, former: JournalOwner) => Received,
  ): Promise<void> {
    const owner = { uin, session: sessionOf(sid), self }
    let running: Promise<void> | undefined
    const beginning = () => {
      running ??= this.#begin(owner, renew).finally(() => {
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

  async #begin(owner: JournalOwner, renew: (received: Received, former: JournalOwner) => Received): Promise<void> {
    await this.#setForeignAside(owner.uin)
    const journal = this.#journal
    if (!journal) return
    // Not before: it is written anew now, and a program that never gets so far would leave a copy at each start.
    if (journal.damagedLines > 0) {
      await this.#setJournalAside(journal, `${journal.damagedLines} of its lines could not be read`)
    }
    if (journal.owner && journal.owner.uin !== owner.uin) {
      if (journal.size > 0) await this.#setJournalAside(journal, FOREIGN)
      await journal.clear()
    }
    await journal.begin(owner, renew)
  }

  async #setForeignAside(uin: string): Promise<void> {
    if (this.#savedUin !== '' && this.#savedUin !== uin) await this.setLoginAside(FOREIGN)
  }

  /** Puts a message out of the way whose handler ended the process too often. Resolves to where, when there is room. */
  async setMessageAside(received: Received): Promise<string | undefined> {
    if (!this.#journal) return undefined
    const path = `${this.#journal.path}.aside`
    const size = await stat(path).then(
      (found) => found.size,
      () => 0,
    )
    const line = JSON.stringify({ id: received.id, sent: received.sent })
    const kept = sealFor('aside')?.close(line) ?? line
    if (size + kept.length > MAX_ASIDE_BYTES) return undefined
    await attempt(path, 'written', () => appendFile(path, `${kept}\n`, { mode: 0o600 }))
    return path
  }

  /** What is in use goes on under its name; what could not be used stays for its owner to look at. */
  async #setJournalAside(journal: Journal, reason: string): Promise<void> {
    const keptAs = await attempt(journal.path, 'copied aside', () => copyFileAside(journal.path))
    this.#options.onSetAside({ what: 'journal', keptAs, reason })
  }

  async #write(): Promise<void> {
    const login = this.#options.login()
    const [documents, journal] = [this.#documents, this.#journal]
    if (!documents || !login) return
    // Otherwise the login of another account would be overwritten.
    await this.#setForeignAside(login.session.uin)
    const saveSession = async () => {
      // First what was received, then the position behind it.
      await journal?.sync()
      if (this.#documents !== documents) return
      await documents.save('session', login)
      this.#savedUin = login.session.uin
    }
    const [begun, saved] = await Promise.allSettled([this.ready(), saveSession()])
    for (const step of [saved, begun]) if (step.status === 'rejected') throw step.reason
  }
}

/** @throws ArgumentError when the key in the environment is invalid */
export function openDocuments(store: SessionStore, onSetAside: (aside: SetAside) => void, clock?: Clock): Documents {
  return new Documents({ store, onSetAside, sealFor, ...(clock ? { clock } : {}) })
}

/** @throws FileError, ArgumentError when it is encrypted and the key is missing or another one, the signal's reason */
async function openJournal(path: string, signal: AbortSignal): Promise<Journal> {
  const open = async () => {
    const target = await attempt(path, 'opened', () => resolveLinks(path))
    const seal = sealFor('journal')
    const journal = await Journal.open(new JournalFile(target, seal))
    if (journal.lockedLines === 0) return journal
    await journal.close()
    throw seal ? otherKey(`the journal ${path}`) : missingKey(`the journal ${path}`)
  }
  return unlessAborted(open(), signal, (late) => late.close())
}

/** Names a session without giving it away. */
function sessionOf(sid: string): string {
  return createHash('sha256').update(sid).digest('hex').slice(0, 16)
}

async function attempt<T>(path: string, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new FileError(`${path} could not be ${what}: ${reason}`, { path, cause })
  }
}

/** A saved login from its document, or what is wrong with it. */
export function readSavedLogin(saved: Dict): SavedLogin | string {
  const user = dict(saved.user)
  if (text(user.UserName) === '') return 'it names no account'
  return {
    // Checked field by field where it is put in place.
    session: saved.session as SavedSession,
    user,
    chatrooms: list(saved.chatrooms).map(text).filter(Boolean),
  }
}

/** Absolute paths of what a store writes. */
export function filesOf(store: SessionStore): string[] {
  return [store.place, store.journalFile].filter((path) => path !== undefined).map((path) => resolve(path))
}

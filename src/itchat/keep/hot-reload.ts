import { createHash } from 'node:crypto'
import { appendFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ArgumentError, FileError } from '../../errors.js'
import { coalesced } from '../../util/coalesced.js'
import { fileError } from '../../util/file-error.js'
import type { Unlock } from '../../util/process-lock.js'
import { type Dict, dict, list, text } from '../../util/read.js'
import { readKey, type Seal, sealWith } from '../../util/seal.js'
import type { SavedSession } from '../../web/session/saved-session.js'
import { Documents, type SetAside } from './documents.js'
import { copyFileAside } from './file-session-store.js'
import { Journal } from './journal.js'
import { JournalFile } from './journal-file.js'
import type { JournalOwner, Received } from './journal-record.js'
import type { SessionStore } from './session-store.js'

/** Environment variable with the key that encrypts what is kept: 32 bytes in hex or base64. */
const KEY_VARIABLE = 'ITCHAT_STATE_KEY'

const FOREIGN = 'it belongs to another account'

const OWNERLESS = 'it does not say which account it belongs to'

/** Messages set aside are kept up to this much. */
const MAX_ASIDE_BYTES = 16 * 1024 * 1024

/** What hot reload keeps of a login between two runs. */
export interface SavedLogin {
  session: SavedSession
  /** The own account, as the server described it. */
  user: Dict
  /** UserNames of the groups: those not saved to the address book would not be found again. */
  chatrooms: string[]
}

export interface HotReloadOptions {
  /** What to keep; `undefined` while nobody is logged in. */
  login(): SavedLogin | undefined
  /** No text may send these, now or later. */
  keepSecret(paths: readonly string[]): void
  onSetAside(aside: SetAside): void
  onError(error: unknown): void
}

/** Keeps an account between two runs: its session, who is who, and messages until they are handled. */
export class HotReload {
  readonly #options: HotReloadOptions
  #store: SessionStore | undefined
  #unlock: Unlock | undefined
  #documents: Documents | undefined
  #journal: Journal | undefined
  /** Of the account whose login the store has. */
  #savedUin = ''
  #isFailing = false
  /** Settles when the store is not being written. */
  #saving: Promise<void> = Promise.resolve()
  readonly #saveOnce = coalesced(() => this.#write())
  /** Given back as soon as the handlers in flight are done, by place. */
  readonly #lingering = new Map<string, { journal: Journal; unlock: Unlock | undefined; closing?: Promise<void> }>()

  constructor(options: HotReloadOptions) {
    this.#options = options
  }

  /** Absent when hot reload is off, or keeps no messages. */
  get journal(): Journal | undefined {
    return this.#journal
  }

  /** What the store is called; `undefined` when hot reload is off. */
  get place(): string | undefined {
    return this.#store?.place
  }

  /** Absent when hot reload is off. */
  get documents(): Documents | undefined {
    return this.#documents
  }

  /**
   * Takes a store for this instance; the one it had stays when it is the same place.
   *
   * @throws FileError when another program has it, or its journal cannot be opened
   * @throws ArgumentError when the key in the environment is none
   */
  async use(store: SessionStore): Promise<void> {
    if (this.#store?.place === store.place) return
    await this.release()
    const documents = openDocuments(store, this.#options.onSetAside)
    this.#options.keepSecret(filesOf(store))
    await this.#lingering.get(store.place)?.closing
    const lingering = this.#lingering.get(store.place)
    this.#lingering.delete(store.place)
    this.#unlock = lingering ? lingering.unlock : await this.#lock(store)
    try {
      this.#documents = documents
      if (lingering) this.#journal = lingering.journal
      else if (store.journalFile !== undefined) {
        const { onError } = this.#options
        this.#journal = await Journal.open(new JournalFile(store.journalFile, sealFor('journal')), { onError })
      }
      this.#store = store
    } catch (error) {
      await this.release()
      throw error
    }
  }

  /** Writes what is on its way and gives the store back; while handlers are in flight, as soon as they are done. */
  async release(): Promise<void> {
    await this.#saving
    const [place, journal, unlock] = [this.#store?.place, this.#journal, this.#unlock]
    this.#journal = undefined
    this.#documents = undefined
    this.#store = undefined
    this.#unlock = undefined
    this.#savedUin = ''
    if (place !== undefined && journal?.isBusy) void this.#giveBackLater(place, journal, unlock)
    else await giveBack(journal, unlock)
  }

  async #giveBackLater(place: string, journal: Journal, unlock: Unlock | undefined): Promise<void> {
    const lingering = { journal, unlock }
    this.#lingering.set(place, lingering)
    await journal.idle()
    // It may be in use again.
    if (this.#lingering.get(place) !== lingering) return
    const closing = giveBack(journal, unlock).catch((error) => this.#options.onError(error))
    this.#lingering.set(place, { ...lingering, closing })
    await closing
    this.#lingering.delete(place)
  }

  /** The login of the last run; `undefined` when there is none, or it cannot be used: then it is set aside. @throws FileError */
  async load(): Promise<SavedLogin | undefined> {
    this.#savedUin = ''
    const saved = await this.#documents?.load('session')
    if (!saved) return undefined
    const login = readSavedLogin(saved)
    if (typeof login === 'string') {
      await this.#documents?.setAside('session', login)
      return undefined
    }
    this.#savedUin = text(dict(login.session).uin)
    return login
  }

  /** Puts the login of the last run out of the way. @throws FileError */
  async setLoginAside(reason: string): Promise<void> {
    await this.#documents?.setAside('session', reason)
    this.#savedUin = ''
  }

  /** Keeps the session. A store that cannot be written is reported, once until it can be again: the bot goes on. */
  save(): Promise<void> {
    this.#saving = this.#saveOnce().then(
      () => {
        this.#isFailing = false
      },
      (error) => {
        if (!this.#isFailing) this.#options.onError(error)
        this.#isFailing = true
      },
    )
    return this.#saving
  }

  /** Makes the store that of an account: what belongs to another one is set aside. @throws FileError */
  async claim(uin: string): Promise<void> {
    if (this.#savedUin !== '' && this.#savedUin !== uin) await this.setLoginAside(FOREIGN)
    const journal = this.#journal
    if (!journal || (journal.isOf(uin) && (journal.owner?.uin ?? uin) === uin)) return
    const reason = journal.owner ? FOREIGN : (damageOf(journal) ?? OWNERLESS)
    if (!journal.isOf(uin)) await this.#setJournalAside(journal, reason)
    await journal.clear()
  }

  /**
   * Starts a session: what belongs to another account, or to an account that damage hides, is set aside.
   *
   * @param bring a message up to date; `former` is the owner in the session before, absent when the session goes on
   * @throws FileError
   */
  async begin(
    uin: string,
    sid: string,
    self: string,
    bring: (received: Received, former?: JournalOwner) => Received,
  ): Promise<void> {
    const journal = this.#journal
    await this.claim(uin)
    if (!journal) return
    // Not before: it is written anew now, and a program that never gets so far would leave a copy at each start.
    const damage = damageOf(journal)
    if (damage !== undefined) await this.#setJournalAside(journal, damage)
    const session = createHash('sha256').update(sid).digest('hex').slice(0, 16)
    await journal.begin({ uin, session, self }, bring)
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
    const sealed = sealFor('aside')?.close(line)
    const kept = sealed === undefined ? line : JSON.stringify({ document: 'aside', sealed })
    if (size + kept.length > MAX_ASIDE_BYTES) return undefined
    try {
      await appendFile(path, `${kept}\n`, { mode: 0o600 })
    } catch (cause) {
      throw fileError(`A message could not be set aside in ${path}`, path, cause)
    }
    return path
  }

  async #lock(store: SessionStore): Promise<Unlock | undefined> {
    if (!store.lock) return undefined
    const path = store.place
    let unlock: Unlock | undefined
    try {
      unlock = await store.lock()
    } catch (cause) {
      // A system that knows no such locks runs without.
      this.#options.onError(fileError(`${path} could not be locked`, path, cause))
      return undefined
    }
    if (unlock) return unlock
    throw new FileError(
      `The login state ${path} is in use by another program, or another instance in this one. Close that one, or give this one a file of its own: autoLogin({ hotReload: true, statusStorageDir: 'other.json' }).`,
      { path },
    )
  }

  /** What is in use goes on under its name; what could not be used stays for its owner to look at. */
  async #setJournalAside(journal: Journal, reason: string): Promise<void> {
    const { path } = journal
    const keptAs = await copyFileAside(path).catch((cause) => {
      throw fileError(`The journal ${path} could not be set aside`, path, cause)
    })
    this.#options.onSetAside({ what: 'journal', keptAs, reason })
  }

  async #write(): Promise<void> {
    const login = this.#options.login()
    if (!this.#documents || !login) return
    // First what was received, then the position behind it.
    await this.#journal?.sync()
    await this.#documents?.save('session', login)
    this.#savedUin = login.session.uin
  }
}

async function giveBack(journal: Journal | undefined, unlock: Unlock | undefined): Promise<void> {
  try {
    await journal?.close()
  } finally {
    await unlock?.()
  }
}

/** @throws ArgumentError when there is a key in the environment that is none */
export function openDocuments(store: SessionStore, onSetAside: (aside: SetAside) => void): Documents {
  return new Documents({ store, onSetAside, sealFor })
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
  return [store.place, store.journalFile, store.identityChangesFile]
    .filter((path) => path !== undefined)
    .map((path) => resolve(path))
}

/**
 * What encrypts for a purpose; `undefined` when the environment has no key.
 *
 * @throws ArgumentError when it has one that is none
 */
function sealFor(purpose: string): Seal | undefined {
  const given = process.env[KEY_VARIABLE]
  if (!given) return undefined
  const key = readKey(given)
  if (key) return sealWith(key, purpose)
  throw new ArgumentError(
    `${KEY_VARIABLE} is no key: it has to be 32 bytes in hex or base64, as \`openssl rand -base64 32\` makes them.`,
    { argument: KEY_VARIABLE },
  )
}

function damageOf({ damagedLines }: Journal): string | undefined {
  return damagedLines > 0 ? `${damagedLines} of its lines could not be read` : undefined
}

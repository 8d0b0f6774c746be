import type { Contact } from '../../contact/contact.js'
import type { Identity } from '../../contact/operations.js'
import { unlessAborted } from '../../util/abort.js'
import type { Clock } from '../../util/clock.js'
import type { Emitter } from '../../util/emitter.js'
import type { RevealedUin } from '../../web/decode/uins.js'
import type { ItchatEvents } from '../events.js'
import type { Documents } from '../keep/documents.js'
import { RepeatedSave } from '../keep/repeated-save.js'
import type { ContactBook } from './contact-book.js'
import { Identities } from './identities.js'
import { IdentityFile } from './identity-file.js'
import type { Known } from './identity-match.js'

export interface IdentityKeeperOptions {
  clock: Clock
  book: ContactBook
  emitter: Emitter<ItchatEvents>
  onError(error: unknown): void
  /** Messages wait that only the UserNames on the disk can be matched with: they must not be overwritten. */
  needsFormerNames(): boolean
}

/** Keeps who is who: for the life of the instance, and with hot reload in a file. */
export class IdentityKeeper {
  readonly #options: IdentityKeeperOptions
  readonly #identities: Identities
  /** Of accounts that logged in to this instance before, by Uin. */
  readonly #others = new Map<string, Known[]>()
  /** The `puid` behind each UserName of the session before. */
  #former = new Map<string, string>()
  /** Of this session, once somebody asks. */
  #byPuid: Map<string, Contact> | undefined
  #file: IdentityFile | undefined
  /** Accounts that were looked up in the file. */
  readonly #wasRead = new Set<string>()
  #uin: string | undefined
  readonly #saving: RepeatedSave

  constructor(options: IdentityKeeperOptions) {
    this.#options = options
    const { clock, onError } = options
    this.#saving = new RepeatedSave({ clock, save: () => this.#write(), onError })
    this.#identities = new Identities(() => options.clock.now())
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

  /** Who bore a UserName in the session before this one; `undefined` when that cannot be told. */
  formerly(userName: string): Contact | undefined {
    const puid = this.#former.get(userName)
    if (puid === undefined) return undefined
    this.#byPuid ??= new Map(this.#options.book.all().map((contact) => [this.of(contact).puid, contact]))
    return this.#byPuid.get(puid)
  }

  /** A session of this account starts; nobody of it is decided yet. What cannot be read is reported and left alone. */
  async begin(uin: string, signal?: AbortSignal): Promise<void> {
    // A save that waits for its turn would write the names of this session already.
    await (signal ? unlessAborted(this.written(), signal) : this.written())
    const isSame = this.#uin === uin
    if (this.#uin !== undefined) this.#others.set(this.#uin, this.#identities.known)
    this.#uin = uin
    this.#identities.reset(await this.#knownOf(uin, signal))
    const former = this.#identities.known.map(({ userName, puid }) => [userName, puid] as const)
    // Of a session that began and ended while the journal could not be written: its messages have the names before that.
    this.#former = new Map([...(isSame && this.#options.needsFormerNames() ? this.#former : []), ...former])
    this.#byPuid = undefined
  }

  /** What is kept; of an account that a file does not know yet what this process knows. */
  async #knownOf(uin: string, signal: AbortSignal | undefined): Promise<Known[]> {
    const here = this.#others.get(uin)
    if (here && (!this.#file || this.#wasRead.has(uin))) return here
    const kept = await this.#read(uin, signal)
    this.#wasRead.add(uin)
    return kept.length > 0 ? kept : (here ?? [])
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
  reveal(revealed: readonly RevealedUin[]): void {
    for (const { userName, uin } of revealed) this.#identities.reveal(userName, uin)
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

  of(contact: Contact): Identity {
    const known = this.#identities.get(contact.UserName)
    if (known) return known
    // Everybody at once: alone, each of two look-alikes would seem to be the only one.
    this.settle([...this.#options.book.all(), contact])
    return this.#identities.get(contact.UserName) as Identity
  }

  /** A file that cannot be written is reported, and tried again: the bot goes on. */
  save(): Promise<void> {
    return this.#saving.save()
  }

  /** Resolves when nothing is being written. */
  written(): Promise<void> {
    return this.#saving.settled()
  }

  async #write(): Promise<void> {
    if (!this.#file || this.#uin === undefined || this.#options.needsFormerNames()) return
    await this.#file.write(this.#uin, () => this.#identities.known)
  }
}

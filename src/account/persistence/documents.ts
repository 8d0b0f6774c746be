import { createHash } from 'node:crypto'
import type { FileError } from '../../errors.js'
import { type Clock, systemClock } from '../../util/clock.js'
import { fileError } from '../../util/file-error.js'
import { type Dict, dict, text } from '../../util/read.js'
import { redactCause } from '../../util/redact.js'
import { resolveLinks } from '../../util/resolve-links.js'
import type { Seal } from '../../util/seal.js'
import { withTimeout } from '../../util/timeout.js'
import { quarantineCopy } from './file-session-store.js'
import { JournalFile } from './journal-file.js'
import type { SessionStore, StoredDocument, WriteOptions } from './session-store.js'
import { wrongKey } from './state-key.js'

const VERSION = 2

/** For one answer of a store. */
const STORE_TIMEOUT_MS = 30_000

/** Something kept between two runs that could not be used and was put out of the way. */
export interface Quarantined {
  what: StoredDocument | 'journal'
  /** Where it is now. */
  keptAs: string
  reason: string
}

const NAMES: Readonly<Record<Quarantined['what'], string>> = {
  session: 'saved login',
  identities: 'list of known contacts',
  journal: 'journal',
}

/** One line for the log. */
export function describeQuarantined({ what, keptAs, reason }: Quarantined): string {
  return `The ${NAMES[what]} is not used: ${reason}. It is kept as ${keptAs}.`
}

export interface DocumentsOptions {
  store: SessionStore
  /** Default: the machine's time. */
  clock?: Clock
  /** Of the lock of the store. */
  token?: string | undefined
  /** What encrypts a document; `undefined`: it is kept as it is. */
  sealFor(document: StoredDocument): Seal | undefined
  onQuarantined(aside: Quarantined): void
}

/** The content of a document, or why it cannot be used. */
type Parsed = { content: Dict; isSealed: boolean } | string

/** What hot reload keeps, as content; in the store it stands with a checksum, or sealed. */
export class Documents {
  readonly #options: DocumentsOptions
  readonly #write: WriteOptions
  /** Writes that the store has not answered, given up or not. */
  readonly #writing = new Set<Promise<unknown>>()
  #changes: JournalFile | undefined
  #isClosed = false

  constructor(options: DocumentsOptions) {
    this.#options = options
    this.#write = options.token === undefined ? {} : { token: options.token }
  }

  /** The store has not answered every write. */
  get isWriting(): boolean {
    return this.#writing.size > 0
  }

  /** Resolves when the store has answered every write, however late. What is saved from now on is left out. */
  async close(): Promise<void> {
    this.#isClosed = true
    try {
      await this.#changes?.close()
    } finally {
      await Promise.allSettled(this.#writing)
    }
  }

  /**
   * Resolves to what was saved last; `undefined` when nothing was, or when it cannot be used: then it is set aside. What was
   * saved before there was a key is encrypted now.
   *
   * @throws FileError when the store cannot be read
   * @throws ArgumentError when it is encrypted, and the key is missing or another one
   */
  async load(document: StoredDocument, signal?: AbortSignal): Promise<Dict | undefined> {
    const parsed = await this.#read(document, signal)
    if (typeof parsed === 'string') {
      await this.quarantine(document, parsed, signal)
      return undefined
    }
    if (parsed && !parsed.isSealed && this.#options.sealFor(document)) {
      // Where this fails, the next save does it.
      await this.save(document, parsed.content, signal).catch(() => {})
    }
    return parsed?.content
  }

  /** The same, but a document that cannot be used stays, and the reason is returned. Nothing is written. */
  async read(document: StoredDocument, signal?: AbortSignal): Promise<Dict | string | undefined> {
    const parsed = await this.#read(document, signal)
    return typeof parsed === 'object' ? parsed.content : parsed
  }

  /** @throws FileError, the signal's reason */
  save(document: StoredDocument, content: object, signal?: AbortSignal): Promise<void> {
    return this.saveJson(document, JSON.stringify(content), signal)
  }

  /** `save`, for content that is JSON already, as `JSON.stringify` writes it. @throws FileError, the signal's reason */
  async saveJson(document: StoredDocument, body: string, signal?: AbortSignal): Promise<void> {
    if (this.#isClosed) return
    const { store, sealFor } = this.#options
    const sealed = sealFor(document)?.close(body)
    const head = JSON.stringify({ version: VERSION, document, sha256: checksum(sealed ?? body) }).slice(0, -1)
    const kept = sealed === undefined ? `"content":${body}` : `"sealed":${JSON.stringify(sealed)}`
    const text = `${head},${kept}}\n`
    await this.#call(document, 'written', signal, () => this.#track(() => store.save(document, text, this.#write)))
  }

  /**
   * Opens the file that takes what changes of the identities between two saves. It is closed with the documents.
   *
   * @returns `undefined` when the store has none
   * @throws FileError, the signal's reason
   */
  openChanges(signal?: AbortSignal): Promise<JournalFile | undefined> {
    const { store, sealFor } = this.#options
    return this.#call('identities', 'read', signal, async () => {
      const path = store.identityChangesFile
      if (path === undefined) return undefined
      await this.#changes?.close()
      const file = new JournalFile(await resolveLinks(path), sealFor('identities'))
      this.#changes = file
      await file.open()
      // Opened too late.
      if (this.#isClosed) await file.close()
      return file
    })
  }

  /**
   * Looks at changes once they were read: where some cannot be, a copy is kept.
   *
   * @throws FileError
   * @throws ArgumentError when some are encrypted, and the key is missing or another one
   */
  async checkChanges({ path, damagedLines, lockedLines }: JournalFile): Promise<void> {
    if (lockedLines > 0) throw wrongKey(path, this.#options.sealFor('identities'))
    if (damagedLines === 0) return
    const reason = `${damagedLines} of its lines could not be read`
    const copy = () => quarantineCopy(path)
    const keptAs = await this.#call('identities', 'set aside', undefined, copy)
    this.#options.onQuarantined({ what: 'identities', keptAs, reason })
  }

  /** @throws FileError */
  async quarantine(document: StoredDocument, reason: string, signal?: AbortSignal): Promise<void> {
    const { store, onQuarantined } = this.#options
    const move = () => this.#track(() => store.setAside(document, this.#write))
    onQuarantined({ what: document, keptAs: await this.#call(document, 'set aside', signal, move), reason })
  }

  async #read(document: StoredDocument, signal: AbortSignal | undefined): Promise<Parsed | undefined> {
    const { store } = this.#options
    const stored: unknown = await this.#call(document, 'read', signal, async () => store.load(document))
    // Many databases say null where nothing is.
    if (stored === undefined || stored === null) return undefined
    if (typeof stored === 'string') return this.#parse(document, stored)
    throw this.#failed(document, 'read', new TypeError(`load resolved to ${typeof stored}, expected a string`))
  }

  /** Never quotes what is secret. */
  #parse(document: StoredDocument, stored: string): Parsed {
    let kept: Dict
    try {
      kept = dict(JSON.parse(stored))
    } catch {
      return 'it is damaged (no JSON)'
    }
    if (kept.version !== VERSION || kept.document !== document)
      return `it was not written by this version as ${document}`
    if (typeof kept.sealed === 'string') return this.#unseal(document, kept.sealed, text(kept.sha256))
    const body = JSON.stringify(kept.content)
    if (body === undefined || checksum(body) !== text(kept.sha256)) return 'it is damaged (checksum)'
    return { content: dict(kept.content), isSealed: false }
  }

  #unseal(document: StoredDocument, sealed: string, sha256: string): Parsed {
    const { store, sealFor } = this.#options
    const seal = sealFor(document)
    if (!seal) throw wrongKey(`the ${document} in ${store.place}`, seal)
    try {
      return { content: dict(JSON.parse(seal.open(sealed))), isSealed: true }
    } catch {
      if (checksum(sealed) === sha256) throw wrongKey(`the ${document} in ${store.place}`, seal)
      return 'it is damaged, or was encrypted with another key than that in ITCHAT_STATE_KEY'
    }
  }

  /** Runs one call to the store. @throws FileError when it fails or does not answer, the signal's reason */
  async #call<T>(
    document: StoredDocument,
    what: string,
    signal: AbortSignal | undefined,
    call: () => Promise<T>,
  ): Promise<T> {
    try {
      return await withTimeout(this.#options.clock ?? systemClock, STORE_TIMEOUT_MS, signal, call)
    } catch (cause) {
      if (signal?.aborted) throw signal.reason
      throw this.#failed(document, what, cause)
    }
  }

  #track<T>(write: () => Promise<T>): Promise<T> {
    // A store may throw before it returns a promise.
    const writing = (async () => write())()
    const answered = writing.then(
      () => {},
      () => {},
    )
    this.#writing.add(answered)
    void answered.then(() => this.#writing.delete(answered))
    return writing
  }

  /** A store may have failed to parse the login it holds: its error must not quote it. */
  #failed(document: StoredDocument, what: string, thrown: unknown): FileError {
    const { place } = this.#options.store
    return fileError(`The ${document} in ${place} could not be ${what}`, place, redactCause(thrown))
  }
}

function checksum(body: string): string {
  return createHash('sha256').update(body).digest('hex')
}

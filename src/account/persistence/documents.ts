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

/** Timeout for one store operation. */
const STORE_TIMEOUT_MS = 30_000

/** State saved by an earlier run that was unusable and has been quarantined. */
export interface Quarantined {
  what: StoredDocument | 'journal'
  /** Where the quarantined copy is stored. */
  keptAs: string
  reason: string
}

const NAMES: Readonly<Record<Quarantined['what'], string>> = {
  session: 'saved login',
  identities: 'list of known contacts',
  queue: 'queue of messages to send',
  journal: 'journal',
}

/** Describes a quarantine in one log line. */
export function describeQuarantined({ what, keptAs, reason }: Quarantined): string {
  const moved = what === 'session' ? 'moved to' : 'quarantined as'
  return `The ${NAMES[what]} is unusable: ${reason}. It was ${moved} ${keptAs}.`
}

export interface DocumentsOptions {
  store: SessionStore
  /** Default: the system clock. */
  clock?: Clock
  /** The store lock's token. */
  token?: string | undefined
  /** Returns the seal that encrypts a document; `undefined` to store it unencrypted. */
  sealFor(document: StoredDocument): Seal | undefined
  onQuarantined(quarantined: Quarantined): void
}

/** The content of a document, or the reason why it is unusable. */
type Parsed = { content: Dict; isSealed: boolean } | string

/** Reads and writes the hot reload documents. Each is stored with a checksum, and sealed if there is a key. */
export class Documents {
  readonly #options: DocumentsOptions
  readonly #write: WriteOptions
  /** Writes that the store has not completed, including those that timed out. */
  readonly #writing = new Set<Promise<unknown>>()
  #changes: JournalFile | undefined
  #isClosed = false

  constructor(options: DocumentsOptions) {
    this.#options = options
    this.#write = options.token === undefined ? {} : { token: options.token }
  }

  /** Whether the store still has writes to complete. */
  get isWriting(): boolean {
    return this.#writing.size > 0
  }

  /**
   * Makes all later saves do nothing. Resolves when the store has completed every write, no matter how long that takes.
   */
  async close(): Promise<void> {
    this.#isClosed = true
    try {
      await this.#changes?.close()
    } finally {
      await Promise.allSettled(this.#writing)
    }
  }

  /**
   * Resolves to the last saved content; `undefined` if nothing was saved, or if the content was unusable and has been
   * quarantined. Encrypts content that was saved before a key was set.
   *
   * @throws FileError when the store cannot be read
   * @throws ArgumentError when the content is encrypted and the key is missing or wrong
   */
  async load(document: StoredDocument, signal?: AbortSignal): Promise<Dict | undefined> {
    const parsed = await this.#read(document, signal)
    if (typeof parsed === 'string') {
      await this.quarantine(document, parsed, signal)
      return undefined
    }
    if (parsed && !parsed.isSealed && this.#options.sealFor(document)) {
      // If this fails, the next save encrypts it.
      await this.save(document, parsed.content, signal).catch(() => {})
    }
    return parsed?.content
  }

  /** Like `load`, but read-only: for an unusable document, it resolves to the reason. */
  async read(document: StoredDocument, signal?: AbortSignal): Promise<Dict | string | undefined> {
    const parsed = await this.#read(document, signal)
    return typeof parsed === 'object' ? parsed.content : parsed
  }

  /** @throws FileError; the signal's reason */
  save(document: StoredDocument, content: object, signal?: AbortSignal): Promise<void> {
    return this.saveJson(document, JSON.stringify(content), signal)
  }

  /**
   * Like `save`, for content that is already JSON, as written by `JSON.stringify`.
   *
   * @throws FileError; the signal's reason
   */
  async saveJson(document: StoredDocument, body: string, signal?: AbortSignal): Promise<void> {
    if (this.#isClosed) return
    const { store, sealFor } = this.#options
    const sealed = sealFor(document)?.close(body)
    const head = JSON.stringify({ version: VERSION, document, sha256: checksum(sealed ?? body) }).slice(0, -1)
    const payload = sealed === undefined ? `"content":${body}` : `"sealed":${JSON.stringify(sealed)}`
    const text = `${head},${payload}}\n`
    await this.#call(document, 'written', signal, () => this.#track(() => store.save(document, text, this.#write)))
  }

  /**
   * Opens the file that records identity changes between two saves. `close` closes it.
   *
   * @returns `undefined` when the store has no such file
   * @throws FileError; the signal's reason
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
      // The documents were closed in the meantime.
      if (this.#isClosed) await file.close()
      return file
    })
  }

  /**
   * Checks the changes file after it has been read, and quarantines a copy if some lines are unreadable.
   *
   * @throws FileError
   * @throws ArgumentError when some lines are encrypted and the key is missing or wrong
   */
  async checkChanges({ path, damagedLines, lockedLines }: JournalFile): Promise<void> {
    if (lockedLines > 0) throw wrongKey(path, this.#options.sealFor('identities'))
    if (damagedLines === 0) return
    const reason = `${damagedLines} of its lines could not be read`
    const copy = () => quarantineCopy(path)
    const keptAs = await this.#call('identities', 'quarantined', undefined, copy)
    this.#options.onQuarantined({ what: 'identities', keptAs, reason })
  }

  /** @throws FileError */
  async quarantine(document: StoredDocument, reason: string, signal?: AbortSignal): Promise<void> {
    const { store, onQuarantined } = this.#options
    const move = () => this.#track(() => store.setAside(document, this.#write))
    onQuarantined({ what: document, keptAs: await this.#call(document, 'quarantined', signal, move), reason })
  }

  async #read(document: StoredDocument, signal: AbortSignal | undefined): Promise<Parsed | undefined> {
    const { store } = this.#options
    const stored: unknown = await this.#call(document, 'read', signal, async () => store.load(document))
    // Many databases return null for a missing value.
    if (stored === undefined || stored === null) return undefined
    if (typeof stored === 'string') return this.#parse(document, stored)
    throw this.#failed(document, 'read', new TypeError(`load: expected a string, got ${typeof stored}`))
  }

  /** Parses a stored document. Reasons never quote the content, which is secret. */
  #parse(document: StoredDocument, stored: string): Parsed {
    let envelope: Dict
    try {
      envelope = dict(JSON.parse(stored))
    } catch {
      return 'it is damaged (invalid JSON)'
    }
    if (envelope.version !== VERSION || envelope.document !== document)
      return `it is not a "${document}" document of this version`
    if (typeof envelope.sealed === 'string') return this.#unseal(document, envelope.sealed, text(envelope.sha256))
    const body = JSON.stringify(envelope.content)
    if (body === undefined || checksum(body) !== text(envelope.sha256)) return 'it is damaged (checksum mismatch)'
    return { content: dict(envelope.content), isSealed: false }
  }

  #unseal(document: StoredDocument, sealed: string, sha256: string): Parsed {
    const { store, sealFor } = this.#options
    const seal = sealFor(document)
    if (!seal) throw wrongKey(`the ${document} in ${store.place}`, seal)
    try {
      return { content: dict(JSON.parse(seal.open(sealed))), isSealed: true }
    } catch {
      if (checksum(sealed) === sha256) throw wrongKey(`the ${document} in ${store.place}`, seal)
      return 'it is damaged, or was encrypted with a key other than ITCHAT_STATE_KEY'
    }
  }

  /** Runs one store operation. @throws FileError when it fails or times out; the signal's reason */
  async #call<T>(
    document: StoredDocument,
    action: string,
    signal: AbortSignal | undefined,
    call: () => Promise<T>,
  ): Promise<T> {
    try {
      return await withTimeout(this.#options.clock ?? systemClock, STORE_TIMEOUT_MS, signal, call)
    } catch (cause) {
      if (signal?.aborted) throw signal.reason
      throw this.#failed(document, action, cause)
    }
  }

  #track<T>(write: () => Promise<T>): Promise<T> {
    // A store may throw synchronously.
    const writing = (async () => write())()
    const settled = writing.then(
      () => {},
      () => {},
    )
    this.#writing.add(settled)
    void settled.then(() => this.#writing.delete(settled))
    return writing
  }

  /** Redacts the cause, because an error from a store may quote the login. */
  #failed(document: StoredDocument, action: string, cause: unknown): FileError {
    const { place } = this.#options.store
    return fileError(`The ${document} in ${place} could not be ${action}`, place, redactCause(cause))
  }
}

function checksum(body: string): string {
  return createHash('sha256').update(body).digest('hex')
}

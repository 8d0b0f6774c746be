import { createHash } from 'node:crypto'
import { ArgumentError, type FileError } from '../../errors.js'
import { fileError } from '../../util/file-error.js'
import { type Dict, dict, text } from '../../util/read.js'
import { redactCause } from '../../util/redact.js'
import type { Seal } from '../../util/seal.js'
import { copyFileAside } from './file-session-store.js'
import { JournalFile } from './journal-file.js'
import type { SessionStore, StoredDocument } from './session-store.js'

const VERSION = 2

/** Something kept between two runs that could not be used and was put out of the way. */
export interface SetAside {
  what: StoredDocument | 'journal'
  /** Where it is now. */
  keptAs: string
  reason: string
}

export interface DocumentsOptions {
  store: SessionStore
  /** What encrypts a document; `undefined`: it is kept as it is. */
  sealFor(document: StoredDocument): Seal | undefined
  onSetAside(aside: SetAside): void
}

/** What hot reload keeps, as content; in the store it stands with a checksum, or sealed. */
export class Documents {
  readonly #options: DocumentsOptions

  constructor(options: DocumentsOptions) {
    this.#options = options
  }

  /**
   * Resolves to what was saved last; `undefined` when nothing was, or when it cannot be used: then it is set aside.
   *
   * @throws FileError when the store cannot be read
   * @throws ArgumentError when it is encrypted and the key is not there
   */
  async load(document: StoredDocument): Promise<Dict | undefined> {
    const read = await this.read(document)
    if (typeof read !== 'string') return read
    await this.setAside(document, read)
    return undefined
  }

  /** The same, but for what cannot be used: it stays, and the reason comes back. */
  async read(document: StoredDocument): Promise<Dict | string | undefined> {
    let stored: string | undefined
    try {
      stored = await this.#options.store.load(document)
    } catch (cause) {
      throw this.#failed(document, 'read', cause)
    }
    return stored === undefined ? undefined : this.#parse(document, stored)
  }

  /** @throws FileError */
  save(document: StoredDocument, content: object): Promise<void> {
    return this.saveJson(document, JSON.stringify(content))
  }

  /** `save`, for content that is JSON already, as `JSON.stringify` writes it. @throws FileError */
  async saveJson(document: StoredDocument, body: string): Promise<void> {
    const { store, sealFor } = this.#options
    const seal = sealFor(document)
    const head = JSON.stringify({ version: VERSION, document }).slice(0, -1)
    const kept = seal
      ? `"sealed":${JSON.stringify(seal.close(body))}`
      : `"sha256":"${checksum(body)}","content":${body}`
    try {
      await store.save(document, `${head},${kept}}\n`)
    } catch (cause) {
      throw this.#failed(document, 'written', cause)
    }
  }

  /** The file that takes what changes between two saves; absent when the store has none. */
  changesFile(document: StoredDocument): JournalFile | undefined {
    const { store, sealFor } = this.#options
    const path = document === 'identities' ? store.identityChangesFile : undefined
    return path === undefined ? undefined : new JournalFile(path, sealFor(document))
  }

  /** Keeps a copy of changes that cannot be read. @throws FileError */
  async setChangesAside(document: StoredDocument, { path, damagedLines }: JournalFile): Promise<void> {
    const reason = `${damagedLines} of its lines could not be read`
    try {
      this.#options.onSetAside({ what: document, keptAs: await copyFileAside(path), reason })
    } catch (cause) {
      throw this.#failed(document, 'set aside', cause)
    }
  }

  /** @throws FileError */
  async setAside(document: StoredDocument, reason: string): Promise<void> {
    const { store, onSetAside } = this.#options
    let keptAs: string
    try {
      keptAs = await store.setAside(document)
    } catch (cause) {
      throw this.#failed(document, 'set aside', cause)
    }
    onSetAside({ what: document, keptAs, reason })
  }

  /** The content, or why it cannot be used; never quotes what is secret. */
  #parse(document: StoredDocument, stored: string): Dict | string {
    let kept: Dict
    try {
      kept = dict(JSON.parse(stored))
    } catch {
      return 'it is damaged (no JSON)'
    }
    if (kept.version !== VERSION || kept.document !== document)
      return `it was not written by this version as ${document}`
    if (typeof kept.sealed === 'string') return this.#unseal(document, kept.sealed)
    const body = JSON.stringify(kept.content)
    return body !== undefined && checksum(body) === text(kept.sha256) ? dict(kept.content) : 'it is damaged (checksum)'
  }

  #unseal(document: StoredDocument, sealed: string): Dict | string {
    const { store, sealFor } = this.#options
    const seal = sealFor(document)
    if (!seal) {
      throw new ArgumentError(`${store.place} is encrypted: set ITCHAT_STATE_KEY to the key it was written with.`, {
        argument: 'ITCHAT_STATE_KEY',
      })
    }
    try {
      return dict(JSON.parse(seal.open(sealed)))
    } catch {
      return 'it is damaged, or was encrypted with another key than that in ITCHAT_STATE_KEY'
    }
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

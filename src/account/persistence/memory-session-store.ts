import { randomUUID } from 'node:crypto'
import type { SessionStore, StoredDocument } from './session-store.js'

/**
 * Stores an account for the lifetime of the process, so that it can log in again without a QR code. Unusable documents
 * are dropped.
 */
export class MemorySessionStore implements SessionStore {
  /** Unique, so that two stores never share a place. */
  readonly place = `memory ${randomUUID()}`
  readonly #documents = new Map<StoredDocument, string>()

  async load(document: StoredDocument): Promise<string | undefined> {
    return this.#documents.get(document)
  }

  async save(document: StoredDocument, content: string): Promise<void> {
    this.#documents.set(document, content)
  }

  async setAside(document: StoredDocument): Promise<string> {
    this.#documents.delete(document)
    return 'nowhere'
  }
}

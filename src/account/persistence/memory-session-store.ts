import { randomUUID } from 'node:crypto'
import type { SessionStore, StoredDocument } from './session-store.js'

/** Keeps an account as long as the process lives: to log in anew without a QR. What cannot be used is forgotten. */
export class MemorySessionStore implements SessionStore {
  /** Another store is another place. */
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

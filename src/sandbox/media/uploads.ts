import type { Upload } from './upload.js'

const LIMIT = 32

/** The latest 32 uploads of a session. The oldest one is discarded to make room for a new one. */
export class Uploads {
  readonly #uploads = new Map<string, Upload>()

  find(key: string): Upload | undefined {
    return this.#uploads.get(key)
  }

  add(key: string, upload: Upload): void {
    this.#discard(key)
    this.#uploads.set(key, upload)
    const [oldest] = this.#uploads.keys()
    if (this.#uploads.size > LIMIT && oldest !== undefined) this.#discard(oldest)
  }

  clear(): void {
    for (const key of [...this.#uploads.keys()]) this.#discard(key)
  }

  #discard(key: string): void {
    void this.#uploads.get(key)?.discard()
    this.#uploads.delete(key)
  }
}

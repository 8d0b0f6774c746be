import type { Upload } from './upload.js'

const LIMIT = 32

/** A session's latest uploads; the oldest is given up for the 33rd. */
export class Uploads {
  readonly #uploads = new Map<string, Upload>()

  find(key: string): Upload | undefined {
    return this.#uploads.get(key)
  }

  add(key: string, upload: Upload): void {
    this.#give(key)
    this.#uploads.set(key, upload)
    const [oldest] = this.#uploads.keys()
    if (this.#uploads.size > LIMIT && oldest !== undefined) this.#give(oldest)
  }

  clear(): void {
    for (const key of [...this.#uploads.keys()]) this.#give(key)
  }

  #give(key: string): void {
    void this.#uploads.get(key)?.discard()
    this.#uploads.delete(key)
  }
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomHex } from '../random.js'

/** A private temporary directory, created on first use. */
export class MediaFolder {
  #path: string | undefined

  /** Returns an unused path in the directory. */
  newPath(): string {
    // `mkdtemp` makes the directory accessible only to this user.
    this.#path ??= mkdtempSync(join(tmpdir(), 'itchat-sandbox-'))
    return join(this.#path, randomHex(32))
  }

  /** Removes the directory and its contents. */
  remove(): void {
    if (this.#path !== undefined) rmSync(this.#path, { recursive: true, force: true })
    this.#path = undefined
  }
}

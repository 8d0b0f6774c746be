import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomHex } from '../random.js'

/** A private temporary directory, made when first needed. */
export class MediaFolder {
  #path: string | undefined

  /** A path in it that nothing has yet. */
  newPath(): string {
    // `mkdtemp` makes it for this user alone.
    this.#path ??= mkdtempSync(join(tmpdir(), 'itchat-sandbox-'))
    return join(this.#path, randomHex(32))
  }

  /** Removes it with everything inside. */
  remove(): void {
    if (this.#path !== undefined) rmSync(this.#path, { recursive: true, force: true })
    this.#path = undefined
  }
}

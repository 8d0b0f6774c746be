import { createHash } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import type { MediaFolder } from './media-folder.js'
import { SNIFF_BYTES } from './sniff.js'

/** Bytes that were written, and where they lie. */
export interface Written {
  /** The bytes themselves, or the path of their file. */
  at: Buffer | string
  sizeBytes: number
  /** Lower-case hex. */
  md5: string
  /** The first bytes. */
  head: Buffer
}

/** Takes bytes piece by piece; the digest is made on the way. */
export class MediaWriter {
  readonly #folder: MediaFolder
  readonly #hash = createHash('md5')
  readonly #onDisk: boolean
  #pieces: Buffer[] = []
  #head = Buffer.alloc(0)
  #file: FileHandle | undefined
  #path: string | undefined
  #size = 0

  /** `onDisk` keeps what is written off the heap. */
  constructor(folder: MediaFolder, onDisk: boolean) {
    this.#folder = folder
    this.#onDisk = onDisk
  }

  get sizeBytes(): number {
    return this.#size
  }

  async append(piece: Buffer): Promise<void> {
    this.#hash.update(piece)
    this.#size += piece.length
    if (this.#head.length < SNIFF_BYTES) {
      this.#head = Buffer.concat([this.#head, piece.subarray(0, SNIFF_BYTES - this.#head.length)])
    }
    if (!this.#onDisk) {
      this.#pieces.push(piece)
      return
    }
    this.#path ??= this.#folder.newPath()
    this.#file ??= await open(this.#path, 'wx', 0o600)
    await this.#file.writeFile(piece)
  }

  async finish(): Promise<Written> {
    await this.#file?.close()
    this.#file = undefined
    const at = this.#path ?? Buffer.concat(this.#pieces)
    return { at, sizeBytes: this.#size, md5: this.#hash.digest('hex'), head: this.#head }
  }

  /** Throws away what was written. */
  async discard(): Promise<void> {
    this.#pieces = []
    await this.#file?.close()
    this.#file = undefined
    if (this.#path !== undefined) await rm(this.#path, { force: true })
  }
}

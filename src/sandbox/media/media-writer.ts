import { createHash } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { detectType } from './detect-type.js'
import type { MediaFolder } from './media-folder.js'
import { SNIFF_BYTES } from './sniff.js'

/** The location and metadata of the written bytes. */
export interface WrittenMedium {
  /** The bytes, or the path of the file that contains them. */
  at: Buffer | string
  sizeBytes: number
  /** In lowercase hex. */
  md5: string
  /** The first bytes, from which the size, the duration and a missing type are detected. */
  head: Buffer
  /** Absent if it is unknown or has not been detected. */
  mime?: string
}

/** Writes bytes in chunks and computes their digest. */
export class MediaWriter {
  readonly #folder: MediaFolder
  readonly #hash = createHash('md5')
  readonly #onDisk: boolean
  #chunks: Buffer[] = []
  #head = Buffer.alloc(0)
  #file: FileHandle | undefined
  #path: string | undefined
  #size = 0

  /** If `onDisk` is true, the bytes are written to a file instead of memory. */
  constructor(folder: MediaFolder, onDisk: boolean) {
    this.#folder = folder
    this.#onDisk = onDisk
  }

  get sizeBytes(): number {
    return this.#size
  }

  async append(chunk: Buffer): Promise<void> {
    this.#hash.update(chunk)
    this.#size += chunk.length
    if (this.#head.length < SNIFF_BYTES) {
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, SNIFF_BYTES - this.#head.length)])
    }
    if (!this.#onDisk) {
      this.#chunks.push(chunk)
      return
    }
    this.#path ??= this.#folder.newPath()
    this.#file ??= await open(this.#path, 'wx', 0o600)
    await this.#file.writeFile(chunk)
  }

  async finish(): Promise<WrittenMedium> {
    await this.#file?.close()
    this.#file = undefined
    const at = this.#path ?? Buffer.concat(this.#chunks)
    const mime = await detectType(this.#head)
    return {
      at,
      sizeBytes: this.#size,
      md5: this.#hash.digest('hex'),
      head: this.#head,
      ...(mime === undefined ? {} : { mime }),
    }
  }

  /** Discards the written bytes. */
  async discard(): Promise<void> {
    this.#chunks = []
    await this.#file?.close()
    this.#file = undefined
    if (this.#path !== undefined) await rm(this.#path, { force: true })
  }
}

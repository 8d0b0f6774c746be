import { createHash } from 'node:crypto'
import { createReadStream, rmSync, writeFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeStream } from 'node:stream/web'
import { SandboxError } from '../errors.js'
import { randomHex } from '../random.js'
import type { Medium } from '../world/medium.js'
import { MediaFolder } from './media-folder.js'
import { MediaWriter, type WrittenMedium } from './media-writer.js'
import { SNIFF_BYTES, sniff } from './sniff.js'

/** Larger media are stored on disk to save memory. */
const IN_MEMORY_BYTES = 128 * 1024
/** Once this many bytes are stored in memory, small media are stored on disk too. */
const MEMORY_LIMIT_BYTES = 32 * 1024 * 1024

/** Metadata passed along with the bytes. It overrides what is detected from the bytes. */
export type MediumDetails = Partial<Pick<Medium, 'name' | 'width' | 'height' | 'durationMs'>>

interface Stored {
  medium: Medium
  /** The bytes, or the path of the file that contains them. */
  at: Buffer | string
}

/**
 * Stores all media by id: small ones in memory, larger ones in a private temporary directory. When the total exceeds
 * `limitBytes`, the oldest are evicted.
 */
export class MediaStore {
  readonly limitBytes: number
  readonly #folder = new MediaFolder()
  readonly #stored = new Map<string, Stored>()
  readonly #byMd5 = new Map<string, string>()
  #bytes = 0
  #memoryBytes = 0

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes
  }

  /** Stores media whose bytes are complete. */
  add(bytes: Uint8Array, details: MediumDetails = {}): Medium {
    if (bytes.length === 0) throw new SandboxError('Invalid bytes: expected at least one byte, found an empty file.')
    if (bytes.length > this.limitBytes) {
      throw new SandboxError(
        `Invalid bytes: expected at most ${this.limitBytes} (mediaLimitBytes), found ${bytes.length}.`,
      )
    }
    const copy = Buffer.from(bytes)
    const md5 = createHash('md5').update(copy).digest('hex')
    let at: Buffer | string = copy
    if (this.#goesToDisk(copy.length)) {
      at = this.#folder.newPath()
      writeFileSync(at, copy, { flag: 'wx', mode: 0o600 })
    }
    return this.store({ at, sizeBytes: copy.length, md5, head: copy.subarray(0, SNIFF_BYTES) }, details)
  }

  /** Returns a writer that accepts bytes in chunks. Its result is passed to `store`. */
  writer(expectedBytes: number): MediaWriter {
    return new MediaWriter(this.#folder, this.#goesToDisk(expectedBytes))
  }

  store(written: WrittenMedium, details: MediumDetails): Medium {
    const id = `@crypt_${randomHex(8)}_${randomHex(96)}`
    const { at, sizeBytes, md5, head, mime } = written
    const detected = sniff(head)
    const medium: Medium = { id, name: '', ...detected, mime: mime ?? detected.mime, ...details, sizeBytes, md5 }
    this.#stored.set(id, { medium, at })
    this.#byMd5.set(md5, id)
    this.#bytes += sizeBytes
    if (typeof at !== 'string') this.#memoryBytes += sizeBytes
    for (const [oldest, stored] of this.#stored) {
      if (this.#bytes <= this.limitBytes) break
      this.#drop(oldest, stored)
    }
    return medium
  }

  /** Returns `undefined` for an unknown or evicted id. */
  find(id: string): Medium | undefined {
    return this.#stored.get(id)?.medium
  }

  findByMd5(md5: string): Medium | undefined {
    return this.find(this.#byMd5.get(md5.toLowerCase()) ?? '')
  }

  /** Reads the bytes from `start` up to and including `end`. Returns `undefined` if they have been evicted. */
  read(id: string, start: number, end: number): ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | undefined {
    const at = this.#stored.get(id)?.at
    if (typeof at !== 'string') return at && new Uint8Array(at.subarray(start, end + 1))
    const stream: NodeStream = Readable.toWeb(createReadStream(at, { start, end }))
    return stream as ReadableStream<Uint8Array>
  }

  /** Reads all bytes. Throws if they have been evicted. */
  async bytes(medium: Medium): Promise<Buffer> {
    const body = this.read(medium.id, 0, medium.sizeBytes - 1)
    if (!body)
      throw new SandboxError(
        `The bytes of ${medium.name || medium.id} were evicted to make room for newer media. Raise mediaLimitBytes.`,
      )
    return Buffer.from(await new Response(body).arrayBuffer())
  }

  /** Empties the store and removes the directory. */
  close(): void {
    this.#stored.clear()
    this.#byMd5.clear()
    this.#folder.remove()
  }

  #drop(id: string, { medium, at }: Stored): void {
    this.#stored.delete(id)
    if (this.#byMd5.get(medium.md5) === id) this.#byMd5.delete(medium.md5)
    this.#bytes -= medium.sizeBytes
    if (typeof at === 'string') rmSync(at, { force: true })
    else this.#memoryBytes -= medium.sizeBytes
  }

  #goesToDisk(sizeBytes: number): boolean {
    return sizeBytes > IN_MEMORY_BYTES || this.#memoryBytes + sizeBytes > MEMORY_LIMIT_BYTES
  }
}

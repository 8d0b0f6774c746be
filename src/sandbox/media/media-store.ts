import { createHash } from 'node:crypto'
import { createReadStream, rmSync, writeFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeStream } from 'node:stream/web'
import { SandboxError } from '../errors.js'
import { randomHex } from '../random.js'
import type { Medium } from '../world/medium.js'
import { MediaFolder } from './media-folder.js'
import { MediaWriter, type Written } from './media-writer.js'
import { SNIFF_BYTES, sniff } from './sniff.js'

/** Larger media lie on disk, so that their size never matters to the heap. */
const IN_MEMORY_BYTES = 128 * 1024
/** So do small ones once there are this many bytes of them. */
const MEMORY_LIMIT_BYTES = 32 * 1024 * 1024

/** What is said about bytes that are added; what they tell themselves need not be. */
export type About = Partial<Pick<Medium, 'name' | 'width' | 'height' | 'durationMs'>>

interface Stored {
  medium: Medium
  /** The bytes, or the path of their file. */
  at: Buffer | string
}

/**
 * Bytes of everything sent, by media id: small ones in memory, others in a private temporary directory. At most
 * `limitBytes` in all, the oldest are dropped.
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

  /** Keeps bytes that are at hand. */
  add(bytes: Uint8Array, about: About = {}): Medium {
    if (bytes.length === 0) throw new SandboxError('there are no bytes: an empty file cannot be sent')
    if (bytes.length > this.limitBytes) {
      throw new SandboxError(`${bytes.length} bytes are more than the ${this.limitBytes} this sandbox keeps`)
    }
    const copy = Buffer.from(bytes)
    const md5 = createHash('md5').update(copy).digest('hex')
    let at: Buffer | string = copy
    if (this.#goesToDisk(copy.length)) {
      at = this.#folder.newPath()
      writeFileSync(at, copy, { flag: 'wx', mode: 0o600 })
    }
    return this.keep({ at, sizeBytes: copy.length, md5, head: copy.subarray(0, SNIFF_BYTES) }, about)
  }

  /** For bytes that come piece by piece; hand the outcome to `keep`. */
  writer(expectedBytes: number): MediaWriter {
    return new MediaWriter(this.#folder, this.#goesToDisk(expectedBytes))
  }

  keep(written: Written, about: About): Medium {
    const id = `@crypt_${randomHex(8)}_${randomHex(96)}`
    const { at, sizeBytes, md5, head } = written
    const medium: Medium = { id, name: '', ...sniff(head), ...about, sizeBytes, md5 }
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

  /** `undefined` when nobody has the id, or its bytes were dropped. */
  find(id: string): Medium | undefined {
    return this.#stored.get(id)?.medium
  }

  findByMd5(md5: string): Medium | undefined {
    return this.find(this.#byMd5.get(md5.toLowerCase()) ?? '')
  }

  /** The bytes from `start` up to and including `end`; `undefined` when they were dropped. */
  read(id: string, start: number, end: number): ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | undefined {
    const at = this.#stored.get(id)?.at
    if (typeof at !== 'string') return at && new Uint8Array(at.subarray(start, end + 1))
    const stream: NodeStream = Readable.toWeb(createReadStream(at, { start, end }))
    return stream as ReadableStream<Uint8Array>
  }

  /** All bytes at once; throws when they were dropped. */
  async bytes(medium: Medium): Promise<Buffer> {
    const body = this.read(medium.id, 0, medium.sizeBytes - 1)
    if (!body) throw new SandboxError(`the bytes of ${medium.name || medium.id} were dropped for newer ones`)
    return Buffer.from(await new Response(body).arrayBuffer())
  }

  /** Forgets everything and removes the directory. */
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

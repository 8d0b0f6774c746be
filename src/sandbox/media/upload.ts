import type { Medium } from '../world/medium.js'
import type { MediaStore } from './media-store.js'
import type { MediaWriter } from './media-writer.js'

/** The metadata of a file, which the program sends along with every chunk. */
export interface UploadPlan {
  /** The name without directories. */
  name: string
  totalBytes: number
  chunks: number
  /** In lowercase hex. One client omits it. */
  md5?: string
  /** Id of the target chat. */
  chatId?: string
}

/** Thrown when a chunk is refused, which ends the upload. */
export class UploadError extends Error {
  override name = 'UploadError'
}

/** A file that is uploaded in sequential chunks. @see docs/protocol.md §6.7 */
export class Upload {
  readonly plan: UploadPlan
  readonly #store: MediaStore
  readonly #writer: MediaWriter
  #next = 0
  #medium: Medium | undefined
  #ended = false
  /** Processes chunks in their order of arrival, even if the program does not wait for replies. */
  #queue: Promise<unknown> = Promise.resolve()

  constructor(store: MediaStore, plan: UploadPlan) {
    this.#store = store
    this.#writer = store.writer(plan.totalBytes)
    this.plan = plan
  }

  get receivedBytes(): number {
    return this.#writer.sizeBytes
  }

  /** Whether at most chunk 0 has been received, in which case another chunk 0 is a repetition and not a restart. */
  get atStart(): boolean {
    return this.#next <= 1
  }

  /**
   * Appends a chunk. For the last chunk, resolves with the stored medium. The latest chunk may be repeated, for example
   * after a lost reply.
   */
  append(chunk: number, bytes: Buffer): Promise<Medium | undefined> {
    const appended = this.#queue.then(() => this.#appendNext(chunk, bytes))
    this.#queue = appended.catch(() => {})
    return appended
  }

  /** Discards an incomplete upload. A completed file remains in the store. */
  async discard(): Promise<void> {
    this.#ended = true
    await this.#queue
    if (!this.#medium) await this.#writer.discard()
  }

  async #appendNext(chunk: number, bytes: Buffer): Promise<Medium | undefined> {
    const { name, totalBytes, chunks, md5 } = this.plan
    if (this.#next > 0 && chunk === this.#next - 1) return this.#medium
    if (this.#ended) throw new UploadError('the upload failed or was discarded; start again with chunk 0')
    if (chunk !== this.#next) throw this.#fail(`expected chunk ${this.#next}, received chunk ${chunk}`)
    if (this.receivedBytes + bytes.length > totalBytes) throw this.#fail('received more than TotalLen bytes')
    await this.#writer.append(bytes)
    this.#next++
    if (this.#next < chunks) return undefined
    if (this.receivedBytes !== totalBytes) {
      throw this.#fail(`received ${this.receivedBytes} bytes, but TotalLen is ${totalBytes}`)
    }
    const written = await this.#writer.finish()
    if (md5 !== undefined && md5 !== written.md5) throw this.#fail('FileMd5 does not match the received bytes')
    this.#medium = this.#store.store(written, { name })
    return this.#medium
  }

  #fail(reason: string): UploadError {
    this.#ended = true
    void this.#writer.discard()
    return new UploadError(reason)
  }
}

import type { Medium } from '../world/medium.js'
import type { MediaStore } from './media-store.js'
import type { MediaWriter } from './media-writer.js'

/** What a program says about a file before its bytes come. */
export interface UploadPlan {
  /** Base name. */
  name: string
  totalBytes: number
  chunks: number
  /** Lower-case hex; absent in one client. */
  md5?: string
  /** The chat it is meant for. */
  chatId?: string
}

/** Why a chunk is refused; the upload is over. */
export class UploadError extends Error {
  override name = 'UploadError'
}

/** A file that comes in chunks, one after the other. @see docs/protocol.md §6.7 */
export class Upload {
  readonly plan: UploadPlan
  readonly #store: MediaStore
  readonly #writer: MediaWriter
  #next = 0
  #medium: Medium | undefined
  #over = false
  /** Chunks are taken in the order they arrive, also when a program does not wait for answers. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(store: MediaStore, plan: UploadPlan) {
    this.#store = store
    this.#writer = store.writer(plan.totalBytes)
    this.plan = plan
  }

  get receivedBytes(): number {
    return this.#writer.sizeBytes
  }

  /** Its latest chunk was chunk 0 at most, so that chunk 0 is no new beginning. */
  get atStart(): boolean {
    return this.#next <= 1
  }

  /**
   * Takes a chunk; resolves with the medium after the last one. The chunk that was taken last may come again, as it does
   * when its answer was lost.
   */
  append(chunk: number, bytes: Buffer): Promise<Medium | undefined> {
    const taken = this.#turn.then(() => this.#take(chunk, bytes))
    this.#turn = taken.catch(() => {})
    return taken
  }

  /** Throws away what came so far; what is finished stays. */
  async discard(): Promise<void> {
    this.#over = true
    await this.#turn
    if (!this.#medium) await this.#writer.discard()
  }

  async #take(chunk: number, bytes: Buffer): Promise<Medium | undefined> {
    const { name, totalBytes, chunks, md5 } = this.plan
    if (this.#next > 0 && chunk === this.#next - 1) return this.#medium
    if (this.#over) throw new UploadError('this upload failed or was given up; begin again with chunk 0')
    if (chunk !== this.#next) throw this.#fail(`chunk ${chunk} came where chunk ${this.#next} was due`)
    if (this.receivedBytes + bytes.length > totalBytes) throw this.#fail('there are more than TotalLen bytes')
    await this.#writer.append(bytes)
    this.#next++
    if (this.#next < chunks) return undefined
    if (this.receivedBytes !== totalBytes) {
      throw this.#fail(`${this.receivedBytes} bytes came where TotalLen says ${totalBytes}`)
    }
    const written = await this.#writer.finish()
    if (md5 !== undefined && md5 !== written.md5) throw this.#fail('FileMd5 is not the md5 of what came')
    this.#medium = this.#store.keep(written, { name })
    return this.#medium
  }

  #fail(reason: string): UploadError {
    this.#over = true
    void this.#writer.discard()
    return new UploadError(reason)
  }
}

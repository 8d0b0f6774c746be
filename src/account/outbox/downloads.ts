import { basename } from 'node:path'
import { fileTypeFromBuffer } from 'file-type'
import { ItchatError } from '../../errors.js'
import type { DownloadOptions, DownloadResult } from '../../message/media.js'
import type { Message } from '../../message/message.js'
import type { WebConnection } from '../../transports/web/connection.js'
import { fileError } from '../../util/file-error.js'
import { PartFiles } from '../../util/part-files.js'
import { type PlacedFile, placeFile } from '../../util/place-file.js'
import { resolveBelow } from '../../util/resolve-below.js'

/** The longest beginning of a file that its type is read from. */
const TYPE_BYTES = 4_100

/** Written files that are remembered: to replace one's own, and to send them by a text. */
const MAX_REMEMBERED = 5_000

/** What a message left on the disk. */
export interface DownloadedFile extends PlacedFile {
  /** `''` for a message without one. */
  msgId: string
  chat: string
  /** As the program asked for it; a name that was taken got another. */
  asked: string
}

/** Fetches media for messages, and remembers what it wrote where. */
export class Downloads {
  readonly #line: () => WebConnection
  readonly #folder: () => string
  /** Latest last. */
  #written: DownloadedFile[] = []
  readonly #parts = new PartFiles()

  constructor(line: () => WebConnection, folder: () => string) {
    this.#line = line
    this.#folder = folder
  }

  async bytes(message: Message, options: DownloadOptions = {}): Promise<Uint8Array> {
    const chunks: Uint8Array[] = []
    await this.#line().receiveMedia(message, options, (chunk) => void chunks.push(chunk))
    return Buffer.concat(chunks)
  }

  async toFile(message: Message, path: string, options: DownloadOptions = {}): Promise<DownloadResult> {
    const line = this.#line()
    const chat = message.user.UserName
    const msgId = message.MsgId === '0' ? '' : message.MsgId
    try {
      const target = await resolveBelow(this.#folder(), path)
      const head: Uint8Array[] = []
      let headBytes = 0
      let received = { sizeBytes: 0, md5: '' }
      // Messages without an id have nothing in common: none is the other again.
      const isFormer = (one: DownloadedFile) =>
        one.msgId !== '' && one.msgId === msgId && one.chat === chat && [one.asked, one.path].includes(target)
      const former = () => this.#written.findLast(isFormer)
      const placed = await placeFile(target, { parts: this.#parts, former }, async (write) => {
        received = await line.receiveMedia(message, options, async (chunk) => {
          if (headBytes < TYPE_BYTES) head.push(chunk)
          headBytes += chunk.length
          await write(chunk)
        })
        return received.md5
      })
      this.#remember({ msgId, chat, asked: target, ...placed })
      const type = await fileTypeFromBuffer(Buffer.concat(head).subarray(0, TYPE_BYTES))
      const verified = options.thumbnail ? undefined : line.isAsTold(message, received)
      return {
        ok: true,
        path: placed.path,
        sizeBytes: received.sizeBytes,
        ...(type ? { mime: type.mime, extension: type.ext } : {}),
        ...(verified === undefined ? {} : { verified }),
      }
    } catch (cause) {
      if (cause instanceof ItchatError || options.signal?.aborted) throw cause
      throw fileError(`download: ${JSON.stringify(path)} could not be written`, path, cause)
    }
  }

  /**
   * The file that a text means by a name: this message's download of that name, else the latest of that name, or path, in the
   * conversation.
   */
  find(name: string, chat: string, msgId: string | undefined): DownloadedFile | undefined {
    const matching = this.#written.filter(
      (one) =>
        one.chat === chat && [one.path, one.asked].some((path) => path === name || basename(path) === basename(name)),
    )
    return matching.findLast((one) => one.msgId === msgId) ?? matching.at(-1)
  }

  #remember(written: DownloadedFile): void {
    this.#written = this.#written.filter((one) => one.path !== written.path)
    this.#written.push(written)
    if (this.#written.length > MAX_REMEMBERED) this.#written.shift()
  }
}

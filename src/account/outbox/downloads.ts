import { basename } from 'node:path'
import type { DownloadOptions, DownloadResult } from '../../message/media.js'
import type { Message } from '../../message/message.js'
import type { ReceivedMedia } from '../../transport/content.js'
import type { Transport } from '../../transport/transport.js'
import { checkOptions, type NamesOf } from '../../util/check-options.js'
import { FileWriter, type WrittenFile } from './file-writer.js'

const DOWNLOAD_OPTIONS: NamesOf<DownloadOptions> = { thumbnail: true, onProgress: true, signal: true }

/** The message from which a file was downloaded. */
interface DownloadSource {
  /** `''` for a message without an id. */
  msgId: string
  chat: string
}

export type DownloadedFile = WrittenFile<DownloadSource>

/** Downloads media from messages and remembers the files that were written. */
export class Downloads {
  readonly #transport: () => Pick<Transport, 'receiveMedia'>
  readonly #writer: FileWriter<DownloadSource>

  constructor(transport: () => Pick<Transport, 'receiveMedia'>, folder: () => string) {
    this.#transport = transport
    this.#writer = new FileWriter('download', folder)
  }

  async bytes(message: Message, options: DownloadOptions = {}): Promise<Uint8Array> {
    checkOptions(options, DOWNLOAD_OPTIONS)
    const chunks: Uint8Array[] = []
    await receive(this.#transport(), message, (chunk) => void chunks.push(chunk), options)
    return Buffer.concat(chunks)
  }

  async toFile(message: Message, path: string, options: DownloadOptions = {}): Promise<DownloadResult> {
    checkOptions(options, DOWNLOAD_OPTIONS)
    const transport = this.#transport()
    const of = { chat: message.user.UserName, msgId: message.MsgId === '0' ? '' : message.MsgId }
    // Two messages without an id never count as the same message.
    const replaces = ({ msgId, chat }: DownloadSource) => msgId !== '' && msgId === of.msgId && chat === of.chat
    const written = await this.#writer.write(path, { of, replaces, signal: options.signal }, (write) =>
      receive(transport, message, write, options),
    )
    const { sizeBytes, matchesDeclared } = written.filled
    return {
      ok: true,
      path: written.path,
      sizeBytes,
      ...(written.type ? { mime: written.type.mime, extension: written.type.ext } : {}),
      ...(matchesDeclared === undefined ? {} : { verified: matchesDeclared }),
    }
  }

  /**
   * Finds a download by name or path: the download of the given message if it exists, otherwise the latest one in the
   * conversation.
   */
  find(name: string, chat: string, msgId: string | undefined): DownloadedFile | undefined {
    const matching = this.#writer.written.filter(
      ({ of, path, requested }) =>
        of.chat === chat && [path, requested].some((known) => known === name || basename(known) === basename(name)),
    )
    return matching.findLast(({ of }) => of.msgId === msgId) ?? matching.at(-1)
  }
}

/** Rejects with the signal's reason even if the signal aborts during the last chunk, as in an `onProgress` with a limit. */
async function receive(
  transport: Pick<Transport, 'receiveMedia'>,
  message: Message,
  write: (chunk: Uint8Array) => Promise<void> | void,
  options: DownloadOptions,
): Promise<ReceivedMedia> {
  const received = await transport.receiveMedia(message, write, options)
  options.signal?.throwIfAborted()
  return received
}

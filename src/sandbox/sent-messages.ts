import { SandboxError } from './errors.js'
import type { MediaStore } from './media/media-store.js'
import { Notifier } from './notifier.js'
import type { ContentMap, MessageKind } from './world/content.js'
import { textOf } from './world/describe.js'
import type { Medium } from './world/medium.js'
import type { Message } from './world/message.js'

const LIMIT = 10_000

/** A message sent by the program. `kind` determines the type of `content`. */
export type SentMessage = SentBase & { [K in MessageKind]: { kind: K; content: ContentMap<Medium>[K] } }[MessageKind]

interface SentBase {
  /** A string of decimal digits: `MsgID` on the wire. */
  id: string
  /** Id of a person or group. */
  chatId: string
  /** The readable part of the message: its text, title or name; `''` for other kinds. */
  text: string
  /** Unix time in milliseconds. */
  at: number
  /** Milliseconds between the delivery of a message and this reply to it; absent if this is not a reply. */
  replyMs?: number
  /** File name set by the program; pictures, videos, stickers and files only. */
  name?: string
  /** Pictures, videos, stickers and files only. */
  sizeBytes?: number
  /** Reads the bytes of a picture, video, sticker or file. Rejects for other kinds. */
  bytes(): Promise<Buffer>
}

/** Queues the program's messages for each chat until they are read. */
export class SentMessages {
  readonly #media: MediaStore
  readonly #queues = new Map<string, SentMessage[]>()
  readonly #notifier = new Notifier()

  constructor(media: MediaStore) {
    this.#media = media
  }

  add(message: Message): void {
    const queue = this.#queues.get(message.chatId) ?? []
    this.#queues.set(message.chatId, queue)
    queue.push(this.#toSent(message))
    if (queue.length > LIMIT) queue.shift()
    this.#notifier.notify()
  }

  /** Removes and returns the oldest message in a chat, waiting for one if necessary. Rejects if a signal aborts. */
  next(chatId: string, ...signals: (AbortSignal | undefined)[]): Promise<SentMessage> {
    return this.#notifier.until(() => this.#queues.get(chatId)?.shift(), ...signals)
  }

  /** The queued messages in a chat, oldest first. */
  waiting(chatId: string): readonly SentMessage[] {
    return [...(this.#queues.get(chatId) ?? [])]
  }

  #toSent({ content: sent, ...message }: Message): SentMessage {
    const { id, chatId, at } = message
    const { kind, ...content } = sent
    const media = 'media' in content ? content.media : undefined
    return {
      id,
      chatId,
      kind,
      content,
      text: textOf(sent),
      at,
      ...(message.replyMs === undefined ? {} : { replyMs: message.replyMs }),
      ...(media ? { name: media.name, sizeBytes: media.sizeBytes } : {}),
      bytes: async () => {
        if (!media) throw new SandboxError(`bytes: expected a picture, video, sticker or file, found kind ${kind}.`)
        return await this.#media.bytes(media)
      },
    } as SentMessage
  }
}

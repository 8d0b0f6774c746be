import { SandboxError } from './errors.js'
import type { MediaStore } from './media/media-store.js'
import { Notifier } from './notifier.js'
import type { ContentMap, MessageKind } from './world/content.js'
import { textOf } from './world/describe.js'
import type { Medium } from './world/medium.js'
import type { Message } from './world/message.js'

const LIMIT = 10_000

/** What the program sent to one chat and no test has taken yet; `kind` tells what `content` holds. */
export type SentMessage = SentBase & { [K in MessageKind]: { kind: K; content: ContentMap<Medium>[K] } }[MessageKind]

interface SentBase {
  /** Decimal digits, the wire's `MsgID`. */
  id: string
  /** A person's or group's id. */
  chatId: string
  /** What there is to read in it: text, title or name; `''` for the rest. */
  text: string
  /** Epoch ms. */
  at: number
  /** Ms since the message it answers was fetched; absent when it answers none. */
  replyMs?: number
  /** Pictures, videos, stickers and files: as the program named it. */
  name?: string
  /** Pictures, videos, stickers and files. */
  sizeBytes?: number
  /** The picture, video, sticker or file itself; rejects for a message that is none. */
  bytes(): Promise<Buffer>
}

/** Keeps what the program sends until somebody asks for it, chat by chat. */
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
    queue.push(this.#sent(message))
    if (queue.length > LIMIT) queue.shift()
    this.#notifier.notify()
  }

  /** Takes the oldest one of a chat, or waits for it; rejects with the signal's reason. */
  next(chatId: string, signal?: AbortSignal): Promise<SentMessage> {
    return this.#notifier.until(() => this.#queues.get(chatId)?.shift(), signal)
  }

  /** Those of a chat that nobody took, oldest first. */
  waiting(chatId: string): readonly SentMessage[] {
    return [...(this.#queues.get(chatId) ?? [])]
  }

  #sent({ content: sent, ...message }: Message): SentMessage {
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
        if (!media) throw new SandboxError(`a message of kind ${kind} has no bytes`)
        return await this.#media.bytes(media)
      },
    } as SentMessage
  }
}

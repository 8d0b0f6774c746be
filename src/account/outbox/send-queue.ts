import { randomUUID } from 'node:crypto'
import type { SendResult } from '../../contact/actions.js'
import { RefusedError, StateError } from '../../errors.js'
import { coalesced } from '../../util/coalesced.js'
import { list, text } from '../../util/read.js'
import type { Documents } from '../persistence/documents.js'
import { type NewQueuedMessage, type QueuedMessage, readQueued, toQueuedRecord } from './queued-message.js'

/** Maximum number of waiting messages. */
const MAX_QUEUED = 1_000

const FOREIGN = 'it belongs to another account'

/** Ends the attempt to send a message that has to wait for earlier ones. */
const EARLIER_ONES_WAIT = new Error('Earlier messages are waiting.')

interface SendQueueOptions {
  /** Identity of a conversation across sessions; `''` if unknown. */
  puid(userName: string): string
  /**
   * Sends a message.
   *
   * @param begin called before each request; if it rejects, the request must not be made
   * @returns whether the message must stay in the queue
   */
  send(message: QueuedMessage, to: string, begin: () => Promise<void>): Promise<boolean>
  /** Whether messages may be sent now. */
  isOpen(): boolean
  /** How many messages may be sent after each received message; the rest follows after the next one. */
  perMessage(): number
  /** Called for a message that the process was sending when it ended. */
  onInterrupted(message: QueuedMessage): void
  /** Called for a message that is dropped because another account uses the instance now. */
  onDropped(message: QueuedMessage): void
  onError(error: unknown): void
}

/** Observes a conversation while a message that may have to be queued is being sent. */
interface Watch {
  readonly to: string
  /** Whether a message was received in the conversation since the watch began. */
  hasReceived: boolean
}

/** A run that sends the waiting messages of a conversation. */
interface Flush {
  ended: Promise<void>
  /** Whether another message has been received in the meantime. */
  isRepeated: boolean
}

/**
 * Messages that were refused and wait for the next message in their conversation. They are sent in the order in which
 * they were queued. With hot reload, they are stored before the caller learns that they are queued, and marked before
 * each request, so that no process sends a message twice.
 */
export class SendQueue {
  readonly #options: SendQueueOptions
  readonly #save = coalesced(() => this.#write())
  #account: string | undefined
  #documents: Documents | undefined
  /** Whether the stored messages have been read. Until then, nothing is stored. */
  #isLoaded = true
  #messages: QueuedMessage[] = []
  /** Messages that are being stored. */
  readonly #adding = new Set<Promise<unknown>>()
  readonly #watches = new Set<Watch>()
  readonly #flushes = new Map<string, Flush>()

  constructor(options: SendQueueOptions) {
    this.#options = options
  }

  /**
   * Starts a session. Messages for another account are quarantined, or dropped if they are only in memory.
   *
   * @param documents where messages are stored; `undefined` without hot reload
   */
  async begin(account: string, documents: Documents | undefined, signal?: AbortSignal): Promise<void> {
    const { onDropped, onError } = this.#options
    const isSame = account === this.#account
    if (isSame && documents === this.#documents && this.#isLoaded) return
    const inMemory = this.#documents ? [] : this.#messages
    if (!isSame) for (const message of inMemory) onDropped(message)
    this.#messages = isSame ? inMemory : []
    this.#account = account
    this.#documents = documents
    this.#isLoaded = documents === undefined
    try {
      await this.#load(signal)
    } catch (error) {
      signal?.throwIfAborted()
      onError(error)
    }
  }

  #has(to: string): boolean {
    return this.#first(to) !== undefined
  }

  /**
   * Sends a message, or adds it to the queue if it is refused for now or earlier ones wait.
   *
   * @param rest returns what has not been sent yet
   * @param send calls its argument before each request, and ends if it throws
   * @throws StateError when too many messages are waiting; FileError when the message cannot be stored
   */
  async sendOrAdd(
    to: string,
    rest: () => Promise<NewQueuedMessage>,
    send: (before: () => void) => Promise<SendResult>,
  ): Promise<SendResult> {
    const watch: Watch = { to, hasReceived: false }
    const before = () => {
      if (this.#has(to)) throw EARLIER_ONES_WAIT
    }
    this.#watches.add(watch)
    try {
      before()
      return await send(before)
    } catch (error) {
      if (!(error instanceof RefusedError) && error !== EARLIER_ONES_WAIT) throw error
      return { ok: true, MsgID: '', LocalID: await this.#add(await rest(), watch), queued: true }
    } finally {
      this.#watches.delete(watch)
    }
  }

  /** Adds a message. Resolves to its id when it is stored. */
  async #add(message: NewQueuedMessage, watch: Watch): Promise<string> {
    if (this.#messages.length >= MAX_QUEUED) {
      throw new StateError(
        `send: ${MAX_QUEUED} messages are already waiting for the next message in their conversation. Send fewer messages, or send without queue.`,
      )
    }
    const { to } = watch
    const queued = { ...message, id: randomUUID(), to, puid: this.#options.puid(to), isSending: false }
    this.#messages.push(queued)
    const adding = this.#load().then(() => this.#save())
    this.#adding.add(adding)
    try {
      await adding
    } catch (error) {
      this.#remove(queued)
      throw error
    } finally {
      this.#adding.delete(adding)
    }
    if (watch.hasReceived) this.#flush(to)
    return queued.id
  }

  /** Sends the waiting messages of a conversation, because a message was received in it. */
  receivedFrom(userName: string): void {
    for (const watch of this.#watches) if (watch.to === userName) watch.hasReceived = true
    if (this.#messages.length > 0) this.#flush(userName)
  }

  /** Sends the waiting messages of every conversation, because sending may have become possible. */
  resume(): void {
    for (const { to } of this.#messages) this.#flush(to)
  }

  /** Resolves when no messages of this conversation are being sent; `undefined` if none are. */
  flushed(to: string): Promise<void> | undefined {
    return this.#flushes.get(to)?.ended
  }

  /** Resolves when no message is being sent or stored. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#adding, ...[...this.#flushes.values()].map(({ ended }) => ended)])
  }

  #flush(to: string): void {
    const running = this.#flushes.get(to)
    if (running) {
      running.isRepeated = true
      return
    }
    if (!this.#has(to)) return
    const flush: Flush = { ended: Promise.resolve(), isRepeated: false }
    this.#flushes.set(to, flush)
    const run = async () => {
      do {
        flush.isRepeated = false
        await this.#sendWaiting(to)
      } while (flush.isRepeated)
    }
    flush.ended = run()
      .catch(this.#options.onError)
      .finally(() => this.#flushes.delete(to))
  }

  /** Sends the oldest message until none is left, or one must stay. */
  async #sendWaiting(to: string): Promise<void> {
    const { isOpen, perMessage, send } = this.#options
    for (let count = 0; count < perMessage(); count++) {
      await Promise.allSettled(this.#adding)
      const message = this.#first(to)
      if (!message || !isOpen()) return
      const stays = await send(message, to, () => this.#mark(message))
      message.isSending = false
      if (!stays) this.#remove(message)
      // If this fails, the next run reports the message as interrupted; it is never sent twice.
      await this.#save().catch(this.#options.onError)
      if (stays) return
    }
  }

  async #mark(message: QueuedMessage): Promise<void> {
    message.isSending = true
    try {
      await this.#save()
    } catch (error) {
      this.#options.onError(error)
      throw new StateError('The message stays queued, because the queue could not be stored.')
    }
  }

  #first(to: string): QueuedMessage | undefined {
    if (this.#messages.length === 0) return undefined
    const puid = this.#options.puid(to)
    return this.#messages.find((message) => message.to === to || (puid !== '' && message.puid === puid))
  }

  #remove({ id }: QueuedMessage): void {
    this.#messages = this.#messages.filter((message) => message.id !== id)
  }

  /** @throws FileError; ArgumentError when the document is encrypted and the key is missing or wrong */
  async #load(signal?: AbortSignal): Promise<void> {
    const documents = this.#documents
    if (this.#isLoaded || !documents) return
    let saved = await documents.load('queue', signal)
    if (saved && text(saved.account) !== this.#account) {
      await documents.quarantine('queue', FOREIGN, signal)
      saved = undefined
    }
    // Another call may have loaded the messages in the meantime.
    if (this.#isLoaded || documents !== this.#documents) return
    this.#isLoaded = true
    const stored = list(saved?.messages).flatMap(readQueued)
    const interrupted = stored.filter(({ isSending }) => isSending)
    const isChanged = interrupted.length > 0 || this.#messages.length > 0
    this.#messages = [...stored.filter(({ isSending }) => !isSending), ...this.#messages]
    for (const message of interrupted) this.#options.onInterrupted(message)
    if (isChanged) await this.#save().catch(this.#options.onError)
  }

  async #write(): Promise<void> {
    if (!this.#isLoaded) return
    const messages = this.#messages.map(toQueuedRecord)
    await this.#documents?.save('queue', { account: this.#account, messages })
  }
}

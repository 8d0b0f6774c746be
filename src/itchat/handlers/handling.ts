import type { Echoes } from '../../account/outbox/echoes.js'
import { SendableFile } from '../../account/outbox/sendable-file.js'
import type { Sender } from '../../account/outbox/sender.js'
import { StateError } from '../../errors.js'
import type { Message } from '../../message/message.js'
import { isPromise, type MaybePromise } from '../../util/maybe-promise.js'
import type { MiddlewareChain } from './middleware.js'
import type { Handler, Registry, Reply } from './registry.js'

interface HandlingOptions {
  middleware: MiddlewareChain
  registry: Registry
  sender: Sender
  echoes: Echoes
}

/** Observes how each message is handled. */
export interface HandlingObserver {
  onStart(message: Message): void
  /** A handler is about to be called. Not called if none matches, or if middleware does not call `next()`. */
  onMatch(message: Message, handler: Handler): void
  /** The handler and the middleware have returned; what they returned has not been sent yet. */
  onReturn(message: Message, reply: Reply): void
  /** Handling has ended, including the reply. */
  onEnd(message: Message, failure?: { error: unknown }): void
}

/** Runs the middleware and the handler for a message, and sends what they return. */
export class Handling {
  readonly #options: HandlingOptions
  observer: HandlingObserver | undefined

  constructor(options: HandlingOptions) {
    this.#options = options
  }

  /**
   * Returns whether middleware or a handler ran for the message. Neither runs for echoes of messages sent by this client.
   *
   * @param begin called first; returns whether the middleware and handler may start
   */
  handle(message: Message, begin: () => MaybePromise<boolean>): MaybePromise<boolean> {
    return this.observer ? this.#observed(this.observer, message, begin) : this.#handle(message, begin)
  }

  async #observed(observer: HandlingObserver, message: Message, begin: () => MaybePromise<boolean>): Promise<boolean> {
    observer.onStart(message)
    try {
      const isHandled = await this.#handle(message, begin)
      observer.onEnd(message)
      return isHandled
    } catch (error) {
      observer.onEnd(message, { error })
      throw error
    }
  }

  #handle(message: Message, begin: () => MaybePromise<boolean>): MaybePromise<boolean> {
    return message.isSelf ? this.#handleOwn(message, begin) : this.#begin(message, begin)
  }

  async #handleOwn(message: Message, begin: () => MaybePromise<boolean>): Promise<boolean> {
    const isEcho = await this.#options.echoes.has(message.MsgId, message.user.UserName)
    return isEcho ? false : this.#begin(message, begin)
  }

  #begin(message: Message, begin: () => MaybePromise<boolean>): MaybePromise<boolean> {
    const { registry, middleware } = this.#options
    const handler = registry.find(message)
    if (middleware.isEmpty && !handler) return false
    const mayStart = begin()
    // The program may have replaced the handler in the meantime.
    if (isPromise(mayStart)) return mayStart.then((may) => may && this.#run(message, registry.find(message)))
    return mayStart && this.#run(message, handler)
  }

  #run(message: Message, handler: Handler | undefined): MaybePromise<boolean> {
    const { registry, middleware } = this.#options
    const reply = middleware.isEmpty
      ? this.#call(message, handler)
      : // Middleware may register a handler for the message.
        middleware.run(message, async () => this.#call(message, registry.find(message)))
    if (isPromise(reply)) return Promise.resolve(reply).then((later) => this.#send(later, message))
    return this.#send(reply, message)
  }

  #call(message: Message, handler: Handler | undefined): Reply | Promise<Reply> {
    if (handler) this.observer?.onMatch(message, handler)
    return handler?.(message)
  }

  #send(reply: Reply, message: Message): MaybePromise<boolean> {
    this.observer?.onReturn(message, reply)
    if (!isSendable(reply, message)) return true
    return this.#options.sender.send(reply, message.user.UserName).then(() => true)
  }
}

/** @throws StateError for an invalid reply, which only untyped JavaScript can return */
function isSendable(reply: Reply, { Type }: Message): reply is string | SendableFile {
  if (typeof reply === 'string') return reply !== ''
  if (reply instanceof SendableFile) return true
  // The result of `msg.reply()`: the reply has already been sent.
  if (reply === undefined || reply === null || isSendResult(reply)) return false
  throw new StateError(
    `A handler or middleware for a message of type ${Type} returned a value of type ${typeof reply}. Return a string, itchat.file(path) or nothing.`,
  )
}

function isSendResult(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'ok' in value && 'MsgID' in value
}

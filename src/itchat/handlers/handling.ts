import type { Echoes } from '../../account/outbox/echoes.js'
import { SendableFile } from '../../account/outbox/sendable-file.js'
import type { Sender } from '../../account/outbox/sender.js'
import { StateError } from '../../errors.js'
import type { Message } from '../../message/message.js'
import type { MiddlewareChain } from './middleware.js'
import type { Registry, Reply } from './registry.js'

interface HandlingOptions {
  middleware: MiddlewareChain
  registry: Registry
  sender: Sender
  echoes: Echoes
}

/** Runs the middleware and the handler for a message, and sends what they return. */
export class Handling {
  readonly #options: HandlingOptions

  constructor(options: HandlingOptions) {
    this.#options = options
  }

  /**
   * Resolves to whether middleware or a handler ran for the message. Neither runs for echoes of messages sent by this
   * client.
   *
   * @param begin called first; resolves to whether the middleware and handler may start
   */
  async handle(message: Message, begin: () => Promise<boolean>): Promise<boolean> {
    const { registry, middleware, sender, echoes } = this.#options
    const chat = message.user.UserName
    if (message.isSelf && (await echoes.has(message.MsgId, chat))) return false
    if (middleware.isEmpty && !registry.find(message)) return false
    if (!(await begin())) return false
    const reply = await middleware.run(message, async () => registry.find(message)?.(message))
    if (isSendable(reply, message)) await sender.send(reply, chat)
    return true
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

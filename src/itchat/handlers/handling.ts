import type { Echoes } from '../../account/outbox/echoes.js'
import { SendableFile } from '../../account/outbox/sendable-file.js'
import type { Sender } from '../../account/outbox/sender.js'
import { StateError } from '../../errors.js'
import type { Message } from '../../message/message.js'
import type { Registry } from './registry.js'

export interface HandlingOptions {
  registry: Registry
  sender: Sender
  echoes: Echoes
}

/** Calls the handler that is registered for a message, and sends what it answers. */
export class Handling {
  readonly #options: HandlingOptions

  constructor(options: HandlingOptions) {
    this.#options = options
  }

  /**
   * Resolves to whether somebody was registered for the message.
   *
   * @param begin called, and waited for, before a handler is; resolves to whether that may begin
   */
  async handle(message: Message, begin: () => Promise<boolean>): Promise<boolean> {
    const { registry, sender, echoes } = this.#options
    const chat = message.user.UserName
    if (message.isSelf && (await echoes.has(message.MsgId, chat))) return false
    const handler = registry.find(message)
    if (!handler) return false
    if (!(await begin())) return false
    const reply: unknown = await handler(message as never)
    // What `msg.reply()` resolves to says that a reply was sent already.
    if (reply === undefined || reply === null || reply === '' || isSendResult(reply)) return true
    if (typeof reply !== 'string' && !(reply instanceof SendableFile)) {
      throw new StateError(
        `The handler of type ${message.Type} returned a ${typeof reply}; it can return a text, itchat.file(path) or nothing.`,
      )
    }
    await sender.send(reply, chat)
    return true
  }
}

function isSendResult(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'ok' in value && 'MsgID' in value
}

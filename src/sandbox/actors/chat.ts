import { inspect } from 'node:util'
import type { ActorContext } from '../actor-context.js'
import { SandboxError } from '../errors.js'
import { nextMessage, type WaitOptions } from '../next-message.js'
import { completeContent, type MessageInput } from '../samples/complete.js'
import type { SentMessage } from '../sent-messages.js'
import type { MessageView } from '../views/view.js'
import { messageView } from '../views/views.js'
import type { MessageKind } from '../world/content.js'
import type { Message } from '../world/message.js'
import { recallBySpeaker } from '../world/recall.js'
import { speak } from '../world/speak.js'

/**
 * A message to send: its kind and any of its fields. Omitted fields are filled in from a sample of that kind.
 *
 * ```ts
 * friend.send({ kind: 'image' })
 * friend.send({ kind: 'file', name: 'report.pdf', bytes })
 * friend.send({ kind: 'transfer', amountFen: 1999, memo: 'lunch' })
 * ```
 */
export type Sendable = MessageInput<Exclude<MessageKind, 'friendRequest' | 'note'>>

/** A snapshot of a message sent to the account, with a method to recall it. */
export type Said = MessageView & {
  /** Recalls the message on behalf of its speaker. The program receives MsgType 10002. @see docs/protocol.md §10.18 */
  recall(): void
}

/** One of the account's conversations. `nextMessage` waits for a message from the program. */
export class Chat {
  /** Permanent id of the chat. */
  readonly id: string
  protected readonly context: ActorContext

  constructor(context: ActorContext, id: string) {
    this.context = context
    this.id = id
  }

  /**
   * Returns the oldest unread message from the program in this chat, waiting for one if necessary. Rejects with a
   * `NoMessageError` after `timeoutMs` (by default 3 s of real time), or with the abort reason when `signal` aborts.
   */
  nextMessage(options: WaitOptions = {}): Promise<SentMessage> {
    return nextMessage(this.context, this.id, options)
  }

  /** Messages from the program that `nextMessage` has not returned yet, oldest first. */
  get unread(): readonly SentMessage[] {
    return this.context.sentMessages.waiting(this.id)
  }

  /** The latest messages in this chat (up to 10,000), oldest first. */
  get messages(): MessageView[] {
    const { world } = this.context.core
    return (world.conversations.get(this.id)?.messages ?? []).map((message) => messageView(world, message))
  }
}

/** The text of a message. @throws SandboxError unless it is a string: an omitted text would become that of a sample */
export function checkText(text: string): string {
  if (typeof text !== 'string') throw new SandboxError(`Invalid text ${inspect(text)}: expected a string.`)
  return text
}

/** Sends a message as `speaker`. Omitted fields are filled in from a sample. */
export function send(
  context: ActorContext,
  chatId: string,
  speaker: string,
  content: MessageInput,
  mentions?: string[],
): Said {
  const { core } = context
  const complete = completeContent({ core, chatId, speaker }, content)
  return toSaid(context, speak(core.world, chatId, speaker, complete, mentions))
}

/** Returns the message as its speaker sees it. */
export function toSaid({ core: { world } }: ActorContext, message: Message): Said {
  return {
    ...messageView(world, message),
    recall: () => recallBySpeaker(world, message),
  }
}

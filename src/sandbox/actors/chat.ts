import type { MessageView } from '../control/view.js'
import { messageView } from '../control/views.js'
import { nextMessage, type WaitOptions } from '../next-message.js'
import { completeContent, type MessageInput } from '../samples/complete.js'
import type { SentMessage } from '../sent-messages.js'
import type { MessageKind } from '../world/content.js'
import type { Message } from '../world/message.js'
import { recallBySpeaker } from '../world/recall.js'
import { speak } from '../world/speak.js'
import type { ActorContext } from './actor-context.js'

/**
 * A message to send: its kind and any of its fields; omitted fields are filled in from a sample of the kind.
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
  /** Recalls the message as its speaker: the program receives MsgType 10002. @see docs/protocol.md §10.18 */
  recall(): void
}

/** One conversation of the account. `nextMessage` waits for a message from the program. */
export class Chat {
  /** Permanent id. */
  readonly id: string
  protected readonly context: ActorContext

  constructor(context: ActorContext, id: string) {
    this.context = context
    this.id = id
  }

  /**
   * Takes the oldest unread message from the program in this chat, or waits for one. Rejects with a `NoMessageError`
   * after `timeoutMs`, by default 3 s of real time, and with the reason of `signal` when it aborts.
   */
  nextMessage(options: WaitOptions = {}): Promise<SentMessage> {
    return nextMessage(this.context, this.id, options)
  }

  /** Messages from the program that `nextMessage` has not returned yet, oldest first. */
  get unread(): readonly SentMessage[] {
    return this.context.sentMessages.waiting(this.id)
  }

  /** All messages of this chat, oldest first, at most the latest 10,000. */
  get messages(): MessageView[] {
    const { world } = this.context.core
    return (world.conversations.get(this.id)?.messages ?? []).map((message) => messageView(world, message))
  }
}

/** Sends a message as `speaker`; omitted fields are filled in from a sample. */
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

/** The message as its speaker sees it. */
export function toSaid({ core: { world } }: ActorContext, message: Message): Said {
  return {
    ...messageView(world, message),
    recall: () => recallBySpeaker(world, message),
  }
}

import type { MessageView } from '../control/view.js'
import { messageView } from '../control/views.js'
import { nextMessage, type WaitOptions } from '../next-message.js'
import { completeContent, type GivenContent } from '../samples/complete.js'
import type { SentMessage } from '../sent-messages.js'
import type { MessageKind } from '../world/content.js'
import type { Message } from '../world/message.js'
import { recallByHand } from '../world/recall.js'
import { speak } from '../world/speak.js'
import type { ActorContext } from './actor-context.js'

/**
 * Something to send: a kind, and as many of its fields as matter; the rest comes from a good sample of the kind.
 *
 * ```ts
 * friend.send({ kind: 'image' })
 * friend.send({ kind: 'file', name: 'report.pdf', bytes })
 * friend.send({ kind: 'transfer', amountFen: 1999, memo: 'lunch' })
 * ```
 */
export type Sendable = GivenContent<Exclude<MessageKind, 'friendRequest' | 'note'>>

/** Something the account was told; a snapshot with a way to take it back. */
export type Said = MessageView & {
  /** Its speaker takes it back: the program gets MsgType 10002. @see docs/protocol.md §10.18 */
  recall(): void
}

/** One conversation of the account: what the program sends there can be waited for. */
export class Chat {
  /** Permanent id. */
  readonly id: string
  protected readonly context: ActorContext

  constructor(context: ActorContext, id: string) {
    this.context = context
    this.id = id
  }

  /**
   * The oldest message the program sent here that was not taken yet; waits for one. Rejects with a `NoMessageError`
   * after `timeoutMs`, by default 3 s of real time, and with the reason of `signal` when it aborts.
   */
  nextMessage(options: WaitOptions = {}): Promise<SentMessage> {
    return nextMessage(this.context, this.id, options)
  }

  /** What the program sent here and `nextMessage` has not handed out, oldest first. */
  get unread(): readonly SentMessage[] {
    return this.context.sentMessages.waiting(this.id)
  }

  /** Everything said here, oldest first, at most 10,000. */
  get messages(): MessageView[] {
    const { world } = this.context.core
    return (world.conversations.get(this.id)?.messages ?? []).map((message) => messageView(world, message))
  }
}

/** Says something as `speaker`; what is not given comes from a sample. */
export function send(
  context: ActorContext,
  chatId: string,
  speaker: string,
  given: GivenContent,
  mentions?: string[],
): Said {
  const { core } = context
  const content = completeContent({ core, chatId, speaker }, given)
  return said(context, speak(core.world, chatId, speaker, content, mentions))
}

/** What a message looks like to the one who said it. */
export function said({ core: { world } }: ActorContext, message: Message): Said {
  return {
    ...messageView(world, message),
    recall: () => recallByHand(world, message),
  }
}

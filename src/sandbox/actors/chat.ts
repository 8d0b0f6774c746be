import type { MessageView } from '../control/view.js'
import { messageView } from '../control/views.js'
import type { SentMessage } from '../inbox.js'
import { nextMessage, type WaitOptions } from '../next-message.js'
import { completeContent, type GivenContent } from '../samples/complete.js'
import type { MessageKind } from '../world/content.js'
import type { Message } from '../world/message.js'
import { recallByHand } from '../world/recall.js'
import { speak } from '../world/speak.js'
import type { Stage } from './stage.js'

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
  protected readonly stage: Stage

  constructor(stage: Stage, id: string) {
    this.stage = stage
    this.id = id
  }

  /**
   * The oldest message the program sent here that was not taken yet; waits for one. Rejects with a `NoMessageError`
   * after `timeoutMs`, by default 3 s of real time, and with the reason of `signal` when it aborts.
   */
  nextMessage(options: WaitOptions = {}): Promise<SentMessage> {
    return nextMessage(this.stage, this.id, options)
  }

  /** What the program sent here and `nextMessage` has not handed out, oldest first. */
  get unread(): readonly SentMessage[] {
    return this.stage.inboxes.waiting(this.id)
  }

  /** Everything said here, oldest first, at most 10,000. */
  get messages(): MessageView[] {
    const { world } = this.stage.core
    return (world.conversations.get(this.id)?.messages ?? []).map((message) => messageView(world, message))
  }
}

/** Says something as `speaker`; what is not given comes from a sample. */
export function send(stage: Stage, chatId: string, speaker: string, given: GivenContent, mentions?: string[]): Said {
  const { core } = stage
  const content = completeContent({ core, chatId, speaker }, given)
  return said(stage, speak(core.world, chatId, speaker, content, mentions))
}

/** What a message looks like to the one who said it. */
export function said({ core: { world } }: Stage, message: Message): Said {
  return {
    ...messageView(world, message),
    recall: () => recallByHand(world, message),
  }
}

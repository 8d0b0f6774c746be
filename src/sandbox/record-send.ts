import type { Core } from './core.js'
import type { RequestView } from './inspector/request-view.js'
import { type Attempt, labelOf } from './refused-sends.js'
import type { Content, Message } from './world/message.js'

/** Joins a request to the message that it sent, and also the refused attempts to send this message. */
export function recordSent(
  { traffic, refused }: Core,
  entry: RequestView,
  { id, chatId, content }: Pick<Message, 'id' | 'chatId' | 'content'>,
): void {
  traffic.joinSent(entry, { id, chatId }, 'media' in content ? content.media.id : undefined)
  const refusalId = refused.accept(attemptOf(chatId, content), id)
  if (refusalId !== undefined) traffic.joinRetried(refusalId, id)
}

/** Joins a request to the message that it failed to send, which the page shows as refused. */
export function recordRefused(core: Core, entry: RequestView, attempt: Attempt, code: number): void {
  const id = core.refused.refuse(attempt, code, core.clock.now())
  core.traffic.joinSent(entry, { id, chatId: attempt.chatId })
}

/** What a program tries to send to a chat. */
export function attemptOf(chatId: string, content: Content): Attempt {
  return { chatId, kind: content.kind, text: labelOf(content) }
}

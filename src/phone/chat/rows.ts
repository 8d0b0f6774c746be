import type { MessageView, RefusedView } from '../../sandbox/control/view.js'
import { needsSeparator } from '../i18n/time.js'

const JOIN_WITHIN_MS = 2 * 60_000

/** A message and the separators above it. */
export interface MessageRow {
  message: MessageView
  /** Whether the time is shown above the message. */
  separated: boolean
  /** Whether this is the first unread message, which has the "new messages" line above it. */
  newLine: boolean
  /** Whether the message continues the previous one, so that no name or avatar is shown. */
  joined: boolean
  /** Set if the message was refused. */
  refused?: RefusedView
}

/** Returns the rows to render for the messages. Those that were refused are also in `refused`. */
export function messageRows(
  messages: readonly MessageView[],
  newFrom?: string,
  refused: readonly RefusedView[] = [],
): MessageRow[] {
  const refusals = new Map(refused.map((view) => [view.id, view]))
  return messages.map((message, index) => {
    const previous = messages[index - 1]
    const separated = needsSeparator(previous?.at, message.at)
    const newLine = message.id === newFrom
    const joined =
      previous !== undefined &&
      !separated &&
      !newLine &&
      message.origin !== 'system' &&
      !message.recalled &&
      !previous.recalled &&
      previous.origin === message.origin &&
      previous.speaker === message.speaker &&
      message.at - previous.at < JOIN_WITHIN_MS
    const refusal = refusals.get(message.id)
    return { message, separated, newLine, joined, ...(refusal ? { refused: refusal } : {}) }
  })
}

/**
 * Puts the refused messages of a chat among its messages. Those before the first message are left out, unless all messages
 * of the chat are loaded.
 */
export function withRefused(
  messages: readonly MessageView[],
  refused: readonly MessageView[],
  isComplete: boolean,
): readonly MessageView[] {
  const from = isComplete ? Number.NEGATIVE_INFINITY : (messages[0]?.at ?? Number.POSITIVE_INFINITY)
  const shown = refused.filter(({ at }) => at >= from)
  if (shown.length === 0) return messages
  const all = [...messages]
  for (const message of shown) all.splice(all.findLastIndex(({ at }) => at <= message.at) + 1, 0, message)
  return all
}

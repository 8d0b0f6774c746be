import type { MessageView } from '../../sandbox/control/view.js'
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
}

/** Returns the rows to render for the messages. */
export function messageRows(messages: readonly MessageView[], newFrom?: string): MessageRow[] {
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
    return { message, separated, newLine, joined }
  })
}

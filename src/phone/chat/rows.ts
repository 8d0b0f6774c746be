import type { MessageView } from '../../sandbox/control/view.js'
import { needsSeparator } from '../i18n/time.js'

const JOIN_WITHIN_MS = 2 * 60_000

/** A message and the separators above it. */
export interface MessageRow {
  message: MessageView
  /** Shows the time above it. */
  separated: boolean
  /** Shows the "new messages" line above it: it is the first unread one. */
  newLine: boolean
  /** Continues the previous message of the same speaker: no name, no avatar. */
  joined: boolean
}

/** Messages as they are rendered. */
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

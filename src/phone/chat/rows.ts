import type { MessageView } from '../../sandbox/control/view.js'
import { needsSeparator } from '../i18n/time.js'

const JOIN_WITHIN_MS = 2 * 60_000

/** A message and what stands above it. */
export interface MessageRow {
  message: MessageView
  /** A time above it. */
  separated: boolean
  /** The line above the first unread one. */
  newLine: boolean
  /** Goes on from the same speaker: no name, no avatar. */
  joined: boolean
}

/** Messages as they are drawn. */
export function messageRows(messages: readonly MessageView[], newFrom?: string): MessageRow[] {
  return messages.map((message, index) => {
    const before = messages[index - 1]
    const separated = needsSeparator(before?.at, message.at)
    const newLine = message.id === newFrom
    const joined =
      before !== undefined &&
      !separated &&
      !newLine &&
      message.origin !== 'system' &&
      !message.recalled &&
      !before.recalled &&
      before.origin === message.origin &&
      before.speaker === message.speaker &&
      message.at - before.at < JOIN_WITHIN_MS
    return { message, separated, newLine, joined }
  })
}

import type { Received } from './journal-record.js'

/** Moves interrupted messages to the front, unless another message in their conversation precedes them. */
export function interruptedFirst(messages: readonly Received[]): Received[] {
  const chats = new Set<string>()
  const [first, others]: [Received[], Received[]] = [[], []]
  for (const message of messages) {
    const isHead = !chats.has(message.chat)
    chats.add(message.chat)
    if (isHead && message.attempts > 0) first.push(message)
    else others.push(message)
  }
  return [...first, ...others]
}

/**
 * Maximum number of interruptions counted while other handlers are running, because such interruptions do not show
 * which message ended the process.
 */
const MAX_SHARED_ATTEMPTS = 2

/**
 * The attempt count that applies to a message if the process dies now.
 *
 * @param isAlone whether no other handler is running, so that this handler would be the cause
 */
export function attemptsWhenInterrupted(attempts: number, isAlone: boolean): number {
  return isAlone ? attempts + 1 : Math.min(attempts + 1, MAX_SHARED_ATTEMPTS)
}

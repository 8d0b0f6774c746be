import type { Received } from './journal-record.js'

/** Messages that ended the process before, where none of their conversation stands in front of them, then the others. */
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

/** Interruptions that do not show which message ended the process. */
const MAX_SHARED_ATTEMPTS = 2

/**
 * How often a handler counts as begun by a process that died, should this one die now.
 *
 * @param isAlone no other handler runs; only then it is known to be the cause
 */
export function attemptsWhenInterrupted(attempts: number, isAlone: boolean): number {
  return isAlone ? attempts + 1 : Math.min(attempts + 1, MAX_SHARED_ATTEMPTS)
}

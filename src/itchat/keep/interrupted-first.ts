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

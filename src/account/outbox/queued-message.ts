import type { SendAs } from '../../transport/content.js'
import { dict, list, text } from '../../util/read.js'
import type { SentContent } from './sent-message.js'

/** What a queued message consists of. */
export type NewQueuedMessage =
  /** `parts` are those that have not been sent yet. */
  { kind: 'text'; text: string; parts: readonly string[] } | { kind: SendAs; path: string; name: string }

/** A message that waits to be sent. */
export type QueuedMessage = NewQueuedMessage & {
  readonly id: string
  /** UserName of the conversation in the session in which it was queued. */
  readonly to: string
  /** Identity of the conversation across sessions; `''` if unknown. */
  readonly puid: string
  /** Whether a request with the message may have been made. */
  isSending: boolean
}

/** Describes a queued message in events. */
export function contentOf(message: NewQueuedMessage): SentContent {
  return message.kind === 'text' ? { kind: 'text', text: message.text } : { kind: message.kind, name: message.name }
}

/** Serializes a message for the document. */
export function toQueuedRecord({ isSending, ...message }: QueuedMessage): object {
  return isSending ? { ...message, isSending } : message
}

/** Parses a stored message; empty if it is unusable. */
export function readQueued(value: unknown): QueuedMessage[] {
  const record = dict(value)
  const { kind } = record
  const [id, to, puid] = [text(record.id), text(record.to), text(record.puid)]
  const common = { id, to, puid, isSending: record.isSending === true }
  if (id === '' || to === '') return []
  if (kind === 'text') {
    const parts = list(record.parts).map(text)
    return [{ ...common, kind, text: text(record.text), parts }]
  }
  if (kind !== 'file' && kind !== 'image' && kind !== 'video') return []
  return [{ ...common, kind, path: text(record.path), name: text(record.name) }]
}

import type { MessageType } from '../message/fields.js'
import type { Message } from '../message/message.js'
import type { HandlingObserver } from './handlers/handling.js'
import type { ConversationKind } from './handlers/registry.js'

/** Key of the activity of an instance. */
export const ACTIVITY = Symbol('activity')

/** What an instance is doing, for tools in the same process that must know when it has finished, such as a test kit. */
export interface Activity {
  /** Receives every step of handling a message from now on; replaces the previous observer. */
  observe(observer: HandlingObserver): void
  /** The message that the calling handler is processing, tracked across `await`. */
  readonly current: Message | undefined
  /** Number of sends that have not ended. */
  readonly pendingSends: number
  /** Whether a handler is registered for this message. */
  hasHandler(message: Message): boolean
  /** The kinds of conversations in which this type has a handler; empty for a type without handlers. */
  kindsWithHandler(type: MessageType): readonly ConversationKind[]
}

import type { Core } from '../core.js'
import type { NoMessageDetails } from '../no-message-error.js'
import type { SentMessages } from '../sent-messages.js'

/** What actors need of a sandbox. */
export interface ActorContext {
  readonly core: Core
  readonly sentMessages: SentMessages
  /** What else is known of a program that sends nothing. */
  readonly diagnostics: ReadonlySet<(details: NoMessageDetails) => readonly string[]>
}

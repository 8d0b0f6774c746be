import type { Core } from './core.js'
import type { NoMessageDetails } from './no-message-error.js'
import type { SentMessages } from './sent-messages.js'

/** The parts of the sandbox that the actors need. */
export interface ActorContext {
  readonly core: Core
  readonly sentMessages: SentMessages
  /** Callbacks that return extra lines for a `NoMessageError`. */
  readonly diagnostics: ReadonlySet<(details: NoMessageDetails) => readonly string[]>
}

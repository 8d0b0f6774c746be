import type { Core } from '../core.js'
import type { Inboxes } from '../inbox.js'
import type { NoMessageDetails } from '../no-message-error.js'

/** What actors need of a sandbox. */
export interface Stage {
  readonly core: Core
  readonly inboxes: Inboxes
  /** What else is known of a program that sends nothing. */
  readonly diagnostics: ReadonlySet<(details: NoMessageDetails) => readonly string[]>
}

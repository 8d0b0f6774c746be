import type { Clock } from '../util/clock.js'
import type { Emitter } from '../util/emitter.js'
import type { ContactBook } from './contacts/contact-book.js'
import type { ContactSearch } from './contacts/contact-search.js'
import type { Contacts } from './contacts/contacts.js'
import type { IdentityKeeper } from './contacts/identity-keeper.js'
import type { ErrorReporter } from './error-reporter.js'
import type { ItchatEvents } from './events.js'
import type { Dispatcher } from './inbox/dispatcher.js'
import type { Inbox } from './inbox/inbox.js'
import type { Logging } from './logging.js'
import type { Directives } from './outbox/directives.js'
import type { Pace } from './outbox/pacing.js'
import type { SendQueue } from './outbox/send-queue.js'
import type { Sender } from './outbox/sender.js'
import type { HotReload } from './persistence/hot-reload.js'
import type { SessionReporter } from './session/session-reporter.js'
import type { TransportLink } from './transport-link.js'

/** The parts of an account that do not depend on its transport. `SessionLife` and `Login` use them. */
export interface AccountParts {
  readonly clock: Clock
  readonly logger: Logging
  readonly emitter: Emitter<ItchatEvents>
  readonly errors: ErrorReporter
  readonly reporter: SessionReporter
  readonly link: TransportLink
  readonly book: ContactBook
  readonly search: ContactSearch
  readonly contacts: Contacts
  readonly identities: IdentityKeeper
  readonly dispatcher: Dispatcher
  readonly inbox: Inbox
  readonly directives: Directives
  readonly pace: Pace
  readonly queue: SendQueue
  readonly sender: Sender
  readonly hotReload: HotReload
}

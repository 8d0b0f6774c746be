import type { User } from '../../contact/contact.js'
import type { LogoutReason } from '../../errors.js'
import type { Emitter } from '../../util/emitter.js'
import type { Logger } from '../../util/logger.js'
import type { ContactChanges } from '../contacts/contact-changes.js'
import { describeError } from '../describe-error.js'
import type { ItchatEvents } from '../events.js'
import { describeQuarantined, type Quarantined } from '../persistence/documents.js'
import { attention, done, strings } from '../strings.js'

/** Emits and logs the events of a session. */
export class SessionReporter {
  readonly #emitter: Emitter<ItchatEvents>
  readonly #logger: Logger

  constructor(emitter: Emitter<ItchatEvents>, logger: Logger) {
    this.#emitter = emitter
    this.#logger = logger
  }

  /** @param counts sizes of the address book, if there is one, for the log line of a new login */
  loggedIn(
    user: User,
    restored: boolean,
    counts: { friends: number; groups: number } | undefined,
    logger: Logger,
  ): void {
    this.#emitter.emit('login', { user, restored })
    this.#emitter.emit('online', { user })
    const { NickName } = user
    const { login, contacts, restored: resumed } = strings()
    const size = counts ? contacts(counts.friends, counts.groups) : ''
    logger.info(done(restored ? resumed(NickName) : login(NickName) + size))
  }

  online(user: User): void {
    this.#logger.info(done(strings().backOnline))
    this.#emitter.emit('online', { user })
  }

  /** Logs one warning per outage; later attempts are logged at level debug. */
  offline(error: Error, retryInMs: number, isFirst: boolean): void {
    if (isFirst) this.#logger.warn(attention(strings().offline(describeError(error))))
    else this.#logger.debug(describeError(error))
    this.#emitter.emit('offline', { error, retryInMs })
  }

  restarted(): void {
    this.#logger.warn(attention(strings().restarted))
  }

  setAside(quarantined: Quarantined): void {
    this.#logger.warn(describeQuarantined(quarantined))
    this.#emitter.emit('setAside', quarantined)
  }

  contacts({ added, changed, renamed, removed, joined, left }: ContactChanges): void {
    this.#emitter.emit('contacts', { added, changed, renamed, removed, joined, left })
  }

  loggedOut(reason: LogoutReason): void {
    this.#logger.info(attention(strings().logout(reason)))
    this.#emitter.emit('logout', { reason })
  }
}

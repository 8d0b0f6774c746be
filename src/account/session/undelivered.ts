import { StateError } from '../../errors.js'
import type { AccountParts } from '../account-parts.js'
import type { JournalOwner, Received } from '../persistence/journal-record.js'
import { renewMessage, type UndeliveredMessage, undeliveredMessages } from '../persistence/stale.js'

/** Keeps the unhandled messages from earlier sessions until the next session of the same account delivers them. */
export class Undelivered {
  readonly #parts: AccountParts
  /** Messages that are only in memory, with this account's UserName in the session that received them. */
  #stashed: { messages: UndeliveredMessage[]; self: string }[] = []

  constructor(parts: AccountParts) {
    this.#parts = parts
  }

  /** Moves waiting messages out of the dispatcher, and drops messages for another account. */
  stash(account: string): void {
    const { dispatcher, identities, book, inbox } = this.#parts
    inbox.endSession()
    const messages = undeliveredMessages(dispatcher.clear())
    const isSame = book.hasSelf && identities.uin === account
    this.#stashed = isSame ? [...this.#stashed, { messages, self: book.self.UserName }] : []
  }

  /** Called once the journal contains the UserNames of this session. */
  resume(): void {
    const { identities, inbox } = this.#parts
    // Identities were not saved while the journal still needed the former names.
    void identities.save()
    inbox.refill()
  }

  /**
   * Delivers the messages in the journal and in memory, with the UserNames of this session.
   *
   * @throws FileError when the journal cannot be written; the next batch and the next save try again
   */
  async deliver(): Promise<void> {
    const { book, identities, hotReload, inbox, link } = this.#parts
    const transport = link.get()
    const stashed = this.#stashed
    this.#stashed = []
    const renew = <T extends UndeliveredMessage>(received: T, formerSelf: string): T =>
      renewMessage(received, {
        transport,
        formerSelf,
        self: book.self,
        formerly: (name) => identities.formerly(name),
      })
    const { identity } = transport
    if (!identity) throw new StateError('Not logged in. Log in first.')
    const update = (received: Received, former?: JournalOwner): Received => {
      if (!former && received.chat !== '') return received
      const renewed = former ? renew(received, former.self) : received
      return { ...renewed, chat: transport.read(renewed.sent).chat }
    }
    try {
      await hotReload.begin(identity, book.self.UserName, update)
      this.resume()
    } finally {
      for (const { messages, self } of stashed) {
        inbox.redeliver(self === book.self.UserName ? messages : messages.map((message) => renew(message, self)))
      }
    }
  }
}

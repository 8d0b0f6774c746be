import { StateError } from '../../errors.js'
import type { AccountParts } from '../account-parts.js'
import type { JournalOwner, Received } from '../persistence/journal-record.js'
import { renewMessage, type UndeliveredMessage, undeliveredMessages } from '../persistence/stale.js'

/** Messages that sessions before left unhandled, until the next session of the same account has them. */
export class Undelivered {
  readonly #parts: AccountParts
  /** Those in memory alone, with own UserName in the session that left them. */
  #left: { messages: UndeliveredMessage[]; self: string }[] = []

  constructor(parts: AccountParts) {
    this.#parts = parts
  }

  /** Takes what waits out of the dispatcher; that of another account is dropped. */
  stash(account: string): void {
    const { dispatcher, identities, book, inbox } = this.#parts
    inbox.endSession()
    const messages = undeliveredMessages(dispatcher.clear())
    const isSame = book.hasSelf && identities.uin === account
    this.#left = isSame ? [...this.#left, { messages, self: book.self.UserName }] : []
  }

  /** The journal has the names of this session. */
  resume(): void {
    const { identities, inbox } = this.#parts
    // They were held back while the journal needed the former ones.
    void identities.save()
    inbox.refill()
  }

  /**
   * Delivers them, with UserNames of this session: those in the journal, and those in memory alone.
   *
   * @throws FileError when the journal cannot be written; it is tried again by the next batch and the next save
   */
  async deliver(): Promise<void> {
    const { book, identities, hotReload, inbox, link } = this.#parts
    const transport = link.get()
    const left = this.#left
    this.#left = []
    const renew = <T extends UndeliveredMessage>(received: T, formerSelf: string): T =>
      renewMessage(received, {
        transport,
        formerSelf,
        self: book.self,
        formerly: (name) => identities.formerly(name),
      })
    const { identity } = transport
    if (!identity) throw new StateError('Not logged in: log in first.')
    const bring = (received: Received, former?: JournalOwner): Received => {
      if (!former && received.chat !== '') return received
      const renewed = former ? renew(received, former.self) : received
      return { ...renewed, chat: transport.read(renewed.sent).chat }
    }
    try {
      await hotReload.begin(identity, book.self.UserName, bring)
      this.resume()
    } finally {
      for (const { messages, self } of left) {
        inbox.again(self === book.self.UserName ? messages : messages.map((message) => renew(message, self)))
      }
    }
  }
}

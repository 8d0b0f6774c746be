import type { Engine } from '../../itchat/engine.js'
import type { JournalOwner, Received } from '../persistence/journal-record.js'
import { type LeftOver, leftOvers, renewMessage } from '../persistence/stale.js'

/** Messages that sessions before left unhandled, until the next session of the same account has them. */
export class Undelivered {
  readonly #engine: Engine
  /** Those in memory alone, with own UserName in the session that left them. */
  #left: { messages: LeftOver[]; self: string }[] = []

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Takes what waits out of the dispatcher; that of another account is dropped. */
  stash(uin: string): void {
    const { dispatcher, identities, book, inbox } = this.#engine
    inbox.endSession()
    const messages = leftOvers(dispatcher.clear())
    const isSame = book.hasSelf && identities.uin === uin
    this.#left = isSame ? [...this.#left, { messages, self: book.self.UserName }] : []
  }

  /**
   * Delivers them, with UserNames of this session: those in the journal, and those in memory alone.
   *
   * @throws FileError when the journal cannot be written; it is tried again by the next batch and the next save
   */
  async deliver(): Promise<void> {
    const { book, identities, hotReload, inbox, connection } = this.#engine
    const left = this.#left
    this.#left = []
    const renew = <T extends LeftOver>(received: T, formerSelf: string): T =>
      renewMessage(received, {
        transport: connection,
        formerSelf,
        self: book.self,
        formerly: (name) => identities.formerly(name),
      })
    const { uin, sid } = connection.save()
    const bring = (received: Received, former?: JournalOwner): Received => {
      if (!former && received.chat !== '') return received
      const renewed = former ? renew(received, former.self) : received
      return { ...renewed, chat: connection.read(renewed.sent).chat }
    }
    try {
      await hotReload.begin(uin, sid, book.self.UserName, bring)
      this.#engine.deliverJournal()
    } finally {
      for (const { messages, self } of left) {
        inbox.again(self === book.self.UserName ? messages : messages.map((message) => renew(message, self)))
      }
    }
  }
}

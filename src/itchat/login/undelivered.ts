import type { Engine } from '../engine.js'
import { type LeftOver, leftOvers, renewMessage } from '../keep/stale.js'

const NOTHING = { messages: [], self: '' }

/** Messages that sessions before left unhandled, until the next session of the same account has them. */
export class Undelivered {
  readonly #engine: Engine
  /** Those in memory alone, and own UserName in the session that left them. */
  #left: { messages: LeftOver[]; self: string } = NOTHING

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Takes what waits out of the dispatcher; that of another account is dropped. */
  stash(uin: string): void {
    const { dispatcher, identities, book, inbox } = this.#engine
    inbox.endSession()
    const messages = leftOvers(dispatcher.clear())
    const isSame = book.hasSelf && identities.uin === uin
    this.#left = isSame ? { messages: [...this.#left.messages, ...messages], self: book.self.UserName } : NOTHING
  }

  /**
   * Delivers them, with UserNames of this session: those in the journal, and those in memory alone.
   *
   * @throws FileError when the journal cannot be written; it is tried again by the next batch and the next save
   */
  async deliver(): Promise<void> {
    const { book, identities, hotReload, inbox, connection } = this.#engine
    const { messages, self } = this.#left
    this.#left = NOTHING
    const renew = <T extends LeftOver>(received: T, formerSelf: string): T =>
      renewMessage(received, { formerSelf, self: book.self, formerly: (name) => identities.formerly(name) })
    const { uin, sid } = connection.save()
    try {
      await hotReload.begin(uin, sid, book.self.UserName, (received, former) => renew(received, former.self))
      this.#engine.deliverJournal()
    } finally {
      inbox.again(self === book.self.UserName ? messages : messages.map((message) => renew(message, self)))
    }
  }
}

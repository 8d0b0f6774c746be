import { Chatroom, type Contact } from '../../contact/contact.js'
import type { Message, MessageActions, SystemInfo } from '../../message/message.js'
import { backoffMs } from '../../util/backoff.js'
import { type Dict, dict, text } from '../../util/read.js'
import { RecentSet } from '../../util/recent-set.js'
import type { SyncBatch } from '../../web/api/sync.js'
import type { WebConnection } from '../../web/connection.js'
import { conversationOf, envelopeOf } from '../../web/decode/envelope.js'
import { isGroup, splitGroupPrefix } from '../../web/decode/group.js'
import { type RevealedUin, readUins } from '../../web/decode/uins.js'
import { MSG_TYPE } from '../../web/wire/message.js'
import type { ContactBook } from '../contacts/contact-book.js'
import { ContactNews } from '../contacts/contact-news.js'
import type { Journal } from '../keep/journal.js'
import type { Received } from '../keep/journal-record.js'
import type { LeftOver } from '../keep/stale.js'
import type { Delivery } from './dispatcher.js'

/** Names the server was asked for in vain are not asked for again, up to this many. */
const MAX_ASKED = 10_000

/** Ids of messages that are known when they come again, where no journal knows them. */
const MAX_IDS = 10_000

/** A handler that ended the process so often is not tried again: the last time nothing else ran. */
const MAX_ATTEMPTS = 3

export interface InboxOptions {
  connection: WebConnection
  book: ContactBook
  actions: MessageActions
  push(message: Message, delivery?: Delivery): void
  /** Keeps messages until they are handled; absent: memory does. */
  journal(): Journal | undefined
  /** Its handler ended the process too often. */
  onPoison(received: Received, message: Message): Promise<void>
  /** Something about contacts became different. */
  onContacts(news: ContactNews): void
  /** Real ids behind UserNames came to light. */
  onUins(revealed: readonly RevealedUin[]): void
  onError(error: unknown): void
  /** Resolves after `ms`; rejects when the instance is closed. */
  pause(ms: number): Promise<void>
}

/** Takes what the server sends: brings the contacts up to date, makes messages, hands them on. */
export class Inbox {
  readonly #options: InboxOptions
  readonly #asked = new Set<string>()
  readonly #ids = new RecentSet(MAX_IDS)
  #refilling: Promise<void> | undefined

  constructor(options: InboxOptions) {
    this.#options = options
  }

  /** One entry that cannot be read never holds up the others. */
  async deliver(batch: SyncBatch, signal?: AbortSignal): Promise<void> {
    this.announce(this.#applyContacts(batch))
    await this.#fetchUnknown(batch.messages, signal)
    // Nothing is handed on after the end: the position stays, and it comes again.
    signal?.throwIfAborted()
    const self = this.#options.book.self.UserName
    const messages = batch.messages.map((sent) => ({
      ...envelopeOf(sent, self),
      sent: dict(sent),
      by: this.#speaker(dict(sent)),
    }))
    const journal = this.#options.journal()
    if (journal) {
      for (const received of await journal.add(messages)) this.#handOn(received, journal)
      this.refill()
      return
    }
    for (const { id, sent } of messages) if (this.#isNew(id)) this.#attempt(() => this.#push(sent))
  }

  /** Hands on messages that were known already, brought up to date. */
  again(messages: readonly LeftOver[]): void {
    for (const { sent, ...origin } of messages) this.#attempt(() => this.#push(sent, origin))
  }

  /** Hands on what waits on the disk alone, while there is room in memory. */
  refill(): void {
    const journal = this.#options.journal()
    if (!journal?.canTake) return
    this.#refilling ??= this.#refill(journal).finally(() => {
      this.#refilling = undefined
    })
  }

  /** Tells the program what became different: by an event, and by System messages from and to oneself. */
  announce(news: ContactNews): void {
    for (const { UserName } of news.changed) this.#forget(UserName)
    if (news.isEmpty) return
    this.#options.onContacts(news)
    const isRoom = (contact: Contact) => contact instanceof Chatroom
    this.#pushNews('chatrooms', news.changed.filter(isRoom))
    this.#pushNews(
      'friends',
      news.changed.filter((contact) => !isRoom(contact)),
    )
    this.#pushNews('removed', news.removed)
    this.#pushNews('uins', news.uins)
  }

  /** A disk that cannot be read is reported once, and tried again until it can. */
  async #refill(journal: Journal): Promise<void> {
    for (let failures = 0; journal.canTake && this.#options.journal() === journal; ) {
      try {
        for (const received of await journal.take()) this.#handOn(received, journal)
        failures = 0
      } catch (error) {
        if (++failures === 1) this.#options.onError(error)
        const isOpen = await this.#options.pause(backoffMs(failures)).then(
          () => true,
          () => false,
        )
        if (!isOpen) return
      }
    }
  }

  #handOn(received: Received, journal: Journal): void {
    const { n, chat, sent, attempts, stale, by, term } = received
    if (attempts >= MAX_ATTEMPTS) {
      void this.#setAside(received, journal)
      return
    }
    const delivery: Delivery = {
      chat,
      attempts,
      started: () => journal.started(n, term),
      done: () => {
        const written = journal.done(n)
        this.refill()
        return written
      },
    }
    try {
      this.#push(sent, { stale, by }, delivery)
    } catch (error) {
      journal.postpone(n)
      this.#options.onError(error)
    }
  }

  async #setAside(received: Received, journal: Journal): Promise<void> {
    const { n, sent, stale, by } = received
    try {
      await this.#options.onPoison(received, this.#decode(sent, { stale, by }))
      await journal.done(n)
    } catch (error) {
      journal.postpone(n)
      this.#options.onError(error)
    }
    this.refill()
  }

  #isNew(id: string): boolean {
    if (id === '') return true
    if (this.#ids.has(id)) return false
    this.#ids.add(id)
    return true
  }

  /** Name of the member of a group who speaks: his UserName means nothing in the next session. */
  #speaker(sent: Dict): string {
    const room = this.#options.book.get(text(sent.FromUserName))
    if (!(room instanceof Chatroom)) return ''
    const member = room.member(splitGroupPrefix(text(sent.Content)).sender)
    return member?.DisplayName || member?.NickName || ''
  }

  #decode(sent: unknown, origin: { stale: boolean; by: string } = { stale: false, by: '' }): Message {
    const { connection, book, actions } = this.#options
    return connection.decode(sent, { contacts: book, stranger: (fields) => book.stranger(fields), actions, ...origin })
  }

  #push(sent: unknown, origin?: { stale: boolean; by: string }, delivery?: Delivery): void {
    const { book, push } = this.#options
    const revealed = readUins(sent)
    const news = new ContactNews()
    for (const { userName, uin } of revealed) book.learnUin(userName, uin, news)
    if (revealed.length > 0) this.#options.onUins(revealed)
    const message = this.#decode(sent, origin)
    if (message.type === 'Friends') book.meet(message.request.userName, message.request.ticket)
    if (message.type === 'Card') book.meet(message.card.userName)
    if (message.type === 'System') message.text = news.uins
    push(message, delivery)
  }

  #applyContacts(batch: SyncBatch): ContactNews {
    const { book } = this.#options
    const news = new ContactNews()
    for (const sent of batch.contacts) this.#attempt(() => book.apply(sent, news))
    for (const sent of batch.members) this.#attempt(() => book.applyMember(sent, news))
    for (const userName of batch.removed) book.remove(userName, news)
    return news
  }

  /** The news of contacts as a System message from and to oneself. */
  #pushNews(systemInfo: SystemInfo, about: readonly ({ UserName: string } | string)[]): void {
    if (about.length === 0) return
    const { book, push } = this.#options
    const names = about.map((one) => (typeof one === 'string' ? one : one.UserName))
    const self = book.self.UserName
    const sent = {
      MsgType: MSG_TYPE.statusNotify,
      FromUserName: self,
      ToUserName: self,
      StatusNotifyUserName: names.join(),
    }
    const message = this.#decode(sent)
    Object.assign(message, { SystemInfo: systemInfo, Text: names })
    push(message)
  }

  /**
   * Asks the server, once, who the unknown conversations and group members of these messages are. A failure leaves them
   * unknown: the messages matter more.
   */
  async #fetchUnknown(messages: readonly unknown[], signal: AbortSignal | undefined): Promise<void> {
    const { connection, book, onError } = this.#options
    const names = [...new Set(messages.flatMap((sent) => this.#unknownIn(dict(sent))))]
    if (names.length === 0) return
    if (this.#asked.size > MAX_ASKED) this.#asked.clear()
    try {
      const entries = names.map((UserName) =>
        isGroup(UserName) ? { UserName, ChatRoomId: '' } : { UserName, EncryChatRoomId: '' },
      )
      const news = new ContactNews()
      for (const sent of await connection.fetchDetails(entries, { signal })) book.applyMet(sent, news)
      if (!news.isEmpty) this.#options.onContacts(news)
    } catch (error) {
      if (signal?.aborted) return
      // The next message asks again.
      for (const name of names) this.#forget(name)
      onError(error)
    }
  }

  /** UserNames to ask for because of one message. */
  #unknownIn(sent: Dict): string[] {
    const { book } = this.#options
    const wire = { FromUserName: text(sent.FromUserName), ToUserName: text(sent.ToUserName) }
    const chats = [conversationOf(wire, book.self.UserName), ...text(sent.StatusNotifyUserName).split(',')]
    const unknown = chats.filter((name) => name.startsWith('@') && !this.#isKnown(name) && this.#askOnce(name))
    const { sender } = splitGroupPrefix(text(sent.Content))
    const room = book.get(wire.FromUserName)
    if (sender && room instanceof Chatroom && !room.member(sender) && this.#askOnce(`${room.UserName} ${sender}`)) {
      unknown.push(room.UserName)
    }
    return unknown
  }

  #isKnown(userName: string): boolean {
    const contact = this.#options.book.get(userName)
    return contact instanceof Chatroom ? contact.memberList.length > 0 : contact !== undefined
  }

  #attempt(apply: () => void): void {
    try {
      apply()
    } catch (error) {
      this.#options.onError(error)
    }
  }

  #askOnce(key: string): boolean {
    if (this.#asked.has(key)) return false
    this.#asked.add(key)
    return true
  }

  #forget(userName: string): void {
    for (const key of this.#asked) if (key === userName || key.startsWith(`${userName} `)) this.#asked.delete(key)
  }
}

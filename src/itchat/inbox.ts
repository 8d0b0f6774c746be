import { Chatroom, type Contact } from '../contact/contact.js'
import type { Message, MessageActions } from '../message/message.js'
import { type Dict, dict, text } from '../util/read.js'
import type { SyncBatch } from '../web/api/sync.js'
import type { WebConnection } from '../web/connection.js'
import { isGroup, splitGroupPrefix } from '../web/decode/group.js'
import { conversationOf } from '../web/decode/message.js'
import { MSG_TYPE } from '../web/wire/message.js'
import type { ContactBook } from './contact-book.js'
import type { ItchatEvents } from './events.js'

/** Names the server was asked for in vain are not asked for again, up to this many. */
const MAX_ASKED = 10_000

export interface InboxOptions {
  connection: WebConnection
  book: ContactBook
  actions: MessageActions
  push(message: Message): void
  onContacts(news: ItchatEvents['contacts']): void
  onError(error: unknown): void
}

/** Takes what the server sends: brings the contacts up to date, makes messages, hands them on. */
export class Inbox {
  readonly #options: InboxOptions
  readonly #asked = new Set<string>()

  constructor(options: InboxOptions) {
    this.#options = options
  }

  /** One entry that cannot be read never holds up the others. */
  async deliver(batch: SyncBatch, signal?: AbortSignal): Promise<void> {
    this.#applyContacts(batch)
    await this.#fetchUnknown(batch.messages, signal)
    // Nothing is handed on after the end: the position stays, and it comes again.
    signal?.throwIfAborted()
    for (const sent of batch.messages) {
      try {
        this.#push(sent)
      } catch (error) {
        this.#options.onError(error)
      }
    }
  }

  #apply(sent: unknown): Contact | undefined {
    try {
      return this.#options.book.apply(sent)
    } catch (error) {
      this.#options.onError(error)
      return undefined
    }
  }

  #push(sent: unknown): void {
    const { connection, book, actions, push } = this.#options
    push(connection.decode(sent, { contacts: book, stranger: (fields) => book.stranger(fields), actions }))
  }

  #applyContacts(batch: SyncBatch): void {
    const { book, onContacts } = this.#options
    const changed = batch.contacts.map((sent) => this.#apply(sent)).filter((contact) => contact !== undefined)
    const removed = batch.removed.filter((userName) => book.remove(userName))
    for (const { UserName } of changed) this.#forget(UserName)
    if (changed.length === 0 && removed.length === 0) return
    onContacts({ changed, removed })
    const rooms = changed.filter((contact) => contact instanceof Chatroom)
    const others = changed.filter((contact) => !(contact instanceof Chatroom))
    this.#pushNews('chatrooms', rooms)
    this.#pushNews('friends', others)
    this.#pushNews('removed', removed)
  }

  /** The news of contacts as a System message from and to oneself. */
  #pushNews(systemInfo: 'chatrooms' | 'friends' | 'removed', about: readonly ({ UserName: string } | string)[]): void {
    if (about.length === 0) return
    const { book, push, connection, actions } = this.#options
    const names = about.map((one) => (typeof one === 'string' ? one : one.UserName))
    const self = book.self.UserName
    const sent = {
      MsgType: MSG_TYPE.statusNotify,
      FromUserName: self,
      ToUserName: self,
      StatusNotifyUserName: names.join(),
    }
    const message = connection.decode(sent, { contacts: book, stranger: (fields) => book.stranger(fields), actions })
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
      for (const contact of await connection.fetchDetails(entries, signal)) book.apply(contact)
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

  #askOnce(key: string): boolean {
    if (this.#asked.has(key)) return false
    this.#asked.add(key)
    return true
  }

  #forget(userName: string): void {
    for (const key of this.#asked) if (key === userName || key.startsWith(`${userName} `)) this.#asked.delete(key)
  }
}

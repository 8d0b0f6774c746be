import { setImmediate as nextTurn } from 'node:timers/promises'
import { Chatroom, type Contact } from '../../contact/contact.js'
import type { SystemInfo } from '../../message/fields.js'
import type { Message, MessageActions } from '../../message/message.js'
import { systemMessage } from '../../message/system-message.js'
import type { Batch, Envelope } from '../../transport/batch.js'
import type { ContactEntry, RevealedId } from '../../transport/contacts.js'
import type { Transport } from '../../transport/transport.js'
import { backoffMs } from '../../util/backoff.js'
import type { Clock } from '../../util/clock.js'
import type { Dict } from '../../util/read.js'
import { RecentSet } from '../../util/recent-set.js'
import type { ContactBook } from '../contacts/contact-book.js'
import { ContactChanges } from '../contacts/contact-changes.js'
import { DetailsFetcher } from '../contacts/details-fetcher.js'
import type { Journal } from '../persistence/journal.js'
import type { Received } from '../persistence/journal-record.js'
import type { UndeliveredMessage } from '../persistence/stale.js'
import type { MessageDelivery } from './dispatcher.js'
import { NAME_WAIT_MS, NameWait } from './name-wait.js'

/** A background request for names that takes longer is given up. */
const DETAILS_TIMEOUT_MS = 10_000

/** Contacts and members that are applied in one go; then whatever else is due has its turn. */
const SLICE = 100

/** Ids of messages that are known when they come again, where no journal knows them. */
const MAX_IDS = 10_000

/** A handler that ended the process so often is not tried again: the last time nothing else ran. */
const MAX_ATTEMPTS = 3

/** Where a message comes from. */
type Origin = Pick<Received, 'stale' | 'by'>

interface InboxOptions {
  transport(): Pick<Transport, 'read' | 'decode' | 'contacts'>
  clock: Clock
  /** Aborts when the instance is closed. */
  closing: AbortSignal
  book: ContactBook
  actions: MessageActions
  push(message: Message, delivery?: MessageDelivery): void
  /** Keeps messages until they are handled; absent: memory does. */
  journal(): Journal | undefined
  /** Its handler ended the process too often. */
  onPoison(received: Received, message: Message): Promise<void>
  /** Decides who these are: a few at once, many in several turns of the event loop. */
  settle(contacts: readonly Contact[]): Promise<void>
  /** Something about contacts became different. */
  onContacts(changes: ContactChanges): void
  /** Permanent ids behind UserNames became known. */
  onRevealed(revealed: readonly RevealedId[]): void
  onError(error: unknown): void
}

/** Takes what the server sends: brings the contacts up to date, makes messages, hands them on. */
export class Inbox {
  readonly #options: InboxOptions
  #details: DetailsFetcher<ContactEntry | undefined> | undefined
  readonly #nameWait: NameWait
  readonly #ids = new RecentSet(MAX_IDS)
  /** The journal that `#refill` reads. */
  #refilling: Journal | undefined

  constructor(options: InboxOptions) {
    this.#options = options
    this.#nameWait = new NameWait(options.clock)
  }

  /** One entry that cannot be read never holds up the others. */
  async deliver(batch: Batch, signal?: AbortSignal): Promise<void> {
    const changes = await this.#applyContacts(batch)
    await this.#options.settle(changes.changed)
    this.announce(changes)
    // Nothing is handed on after the end: the position stays, and it comes again.
    signal?.throwIfAborted()
    const journal = this.#options.journal()
    if (journal) await this.#journalAll(batch, journal)
    else for (const envelope of batch.messages) if (this.#isNew(envelope.id)) this.#push(envelope)
  }

  /** Hands on messages that were known already, brought up to date. */
  again(messages: readonly UndeliveredMessage[]): void {
    for (const { sent, ...origin } of messages) this.#push(this.#options.transport().read(sent), origin)
  }

  /** Hands on what waits on the disk alone, while there is room in memory. */
  refill(): void {
    const journal = this.#options.journal()
    if (!journal?.canTake || this.#refilling === journal) return
    this.#refilling = journal
    void this.#refill(journal)
  }

  /** Asks for the members of groups that came without them. */
  fetchMissing(): void {
    for (const { UserName } of this.#options.book.chatrooms())
      if (!this.#isKnown(UserName)) this.#fetcher()?.want(UserName)
  }

  /** Details could not be fetched elsewhere: the next request waits. */
  slowDown(error: unknown): void {
    this.#details?.slowDown(error)
  }

  /** The session is over: names of it mean nothing any more, and what waits for them is handed on. */
  endSession(): void {
    this.#details?.reset()
    this.#nameWait.releaseAll()
  }

  /** Tells the program what became different: by an event, and by System messages from and to oneself. */
  announce(changes: ContactChanges): void {
    for (const { UserName } of changes.changed) this.#details?.forget(UserName)
    if (changes.isEmpty) return
    this.#options.onContacts(changes)
    const isRoom = (contact: Contact) => contact instanceof Chatroom
    this.#pushSystemMessage('chatrooms', changes.changed.filter(isRoom))
    this.#pushSystemMessage(
      'friends',
      changes.changed.filter((contact) => !isRoom(contact)),
    )
    this.#pushSystemMessage('removed', changes.removed)
    this.#pushSystemMessage('uins', changes.uins)
  }

  /** Hands on those that are new once they are in the journal. */
  async #journalAll({ messages, cursor }: Batch, journal: Journal): Promise<void> {
    const bySent = new Map(messages.map((envelope) => [envelope.sent, envelope]))
    const incoming = messages.map((envelope) => {
      const { id, chat, timeMs, sent } = envelope
      return { id, chat, timeMs, sent, by: this.#speakerName(envelope) }
    })
    const added = await journal.add(incoming, cursor)
    for (const received of added) this.#handOn(received, journal, bySent.get(received.sent))
    this.refill()
  }

  async #refill(journal: Journal): Promise<void> {
    const isCurrent = () => this.#options.journal() === journal
    while (journal.canTake && isCurrent() && !this.#options.closing.aborted) {
      await this.#persist(isCurrent, async () => {
        for (const received of await journal.take()) this.#handOn(received, journal)
      })
    }
    if (this.#refilling === journal) this.#refilling = undefined
  }

  /** A step that fails is reported once, and tried again until it succeeds, is not wanted any more, or the instance is closed. */
  async #persist(isWanted: () => boolean, step: () => Promise<void>): Promise<void> {
    const { clock, closing, onError } = this.#options
    for (let failures = 1; isWanted() && !closing.aborted; failures++) {
      try {
        await step()
        return
      } catch (error) {
        if (failures === 1) onError(error)
        await clock.sleep(backoffMs(failures, clock), closing).catch(() => {})
      }
    }
  }

  #handOn(received: Received, journal: Journal, envelope = this.#options.transport().read(received.sent)): void {
    const { n, chat, attempts, stale, by, term } = received
    if (attempts >= MAX_ATTEMPTS) {
      void this.#deadLetter(received, journal)
      return
    }
    const delivery: MessageDelivery = {
      chat,
      attempts,
      started: (isAlone) => journal.started(n, term, isAlone),
      done: () => {
        const written = journal.done(n)
        this.refill()
        return written
      },
      held: () => journal.held(n),
      giveBack: async () => {
        // None while a session begins.
        const isOpen = () => [journal, undefined].includes(this.#options.journal())
        await this.#persist(isOpen, () => journal.giveBack(n))
        this.refill()
      },
    }
    this.#push(envelope, { stale, by }, delivery, () => journal.postpone(n))
  }

  async #deadLetter(received: Received, journal: Journal): Promise<void> {
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
  #speakerName({ from, speaker }: Envelope): string {
    const room = this.#options.book.get(from)
    if (!(room instanceof Chatroom)) return ''
    const member = room.member(speaker)
    return member?.DisplayName || member?.NickName || ''
  }

  #decode(sent: Dict, origin: Origin = { stale: false, by: '' }): Message {
    const { book, actions } = this.#options
    const transport = this.#options.transport()
    return transport.decode(sent, { contacts: book, stranger: (entry) => book.stranger(entry), actions, ...origin })
  }

  /** Hands a message on, in the order of its conversation, once its names are known or have been waited for. */
  #push(envelope: Envelope, origin?: Origin, delivery?: MessageDelivery, onFailed?: () => void): void {
    const { chat, speaker, isNotification } = envelope
    // Names of a session before this one mean nothing to the server, and once it is closed no request is made.
    const isIgnored = origin?.stale || this.#options.closing.aborted
    const names = isIgnored ? [] : envelope.names.filter((name) => this.#isMissing(name, speaker))
    this.#nameWait.add(isNotification ? `notification ${chat}` : chat, names, () => {
      try {
        this.#handOver(envelope, origin, delivery)
      } catch (error) {
        onFailed?.()
        this.#options.onError(error)
      }
    })
  }

  #handOver({ sent, revealed }: Envelope, origin?: Origin, delivery?: MessageDelivery): void {
    const { book, push, onRevealed } = this.#options
    const changes = new ContactChanges()
    for (const one of revealed) book.learnId(one, changes)
    if (revealed.length > 0) onRevealed(revealed)
    const message = this.#decode(sent, origin)
    if (message.type === 'Friends') book.remember(message.request.userName, message.request.ticket)
    if (message.type === 'Card') book.remember(message.card.userName)
    if (message.type === 'System') message.text = changes.uins
    push(message, delivery)
  }

  /** Many at once are applied with pauses in between: handlers and requests go on. */
  async #applyContacts(batch: Batch): Promise<ContactChanges> {
    const { book } = this.#options
    const changes = new ContactChanges()
    let weight = 0
    const apply = async (change: () => void, size = 1) => {
      this.#attempt(change)
      weight += size
      if (weight < SLICE) return
      weight = 0
      await nextTurn()
    }
    for (const entry of batch.contacts) {
      await apply(() => book.apply(entry, changes), 1 + (entry.members?.length ?? 0))
    }
    for (const entry of batch.members) await apply(() => book.applyMember(entry, changes))
    for (const userName of batch.removed) await apply(() => book.remove(userName, changes))
    return changes
  }

  #applyDetails(details: readonly (ContactEntry | undefined)[]): void {
    const changes = new ContactChanges()
    for (const entry of details) if (entry) this.#attempt(() => this.#options.book.applyDetails(entry, changes))
    if (changes.isEmpty) return
    void this.#options.settle(changes.changed)
    this.#options.onContacts(changes)
  }

  #pushSystemMessage(info: SystemInfo, about: readonly ({ UserName: string } | string)[]): void {
    if (about.length === 0) return
    const { book, push, actions } = this.#options
    const names = about.map((one) => (typeof one === 'string' ? one : one.UserName))
    push(systemMessage(info, names, book.self, actions))
  }

  /** A name is unknown, is being asked for, and worth waiting for. */
  #isMissing(name: string, speaker: string): boolean {
    const details = this.#fetcher()
    if (!details) return false
    if (!this.#isKnown(name)) return details.want(name)
    return speaker !== '' && !this.#isKnown(name, speaker) && details.want(name, speaker)
  }

  /** Absent where the transport has no contacts to fetch. */
  #fetcher(): DetailsFetcher<ContactEntry | undefined> | undefined {
    const { clock, transport, onError } = this.#options
    const { contacts } = transport()
    if (!contacts) return undefined
    this.#details ??= new DetailsFetcher({
      clock,
      patienceMs: NAME_WAIT_MS,
      fetch: (names, signal) => contacts.fetchDetails(names, { signal, tries: 1, timeoutMs: DETAILS_TIMEOUT_MS }),
      failureOf: (error) => contacts.failureOf(error),
      apply: (details) => this.#applyDetails(details),
      isKnown: (name, member) => this.#isKnown(name, member),
      onSettled: (names) => this.#nameWait.settled(names),
      onError,
    })
    return this.#details
  }

  #isKnown(userName: string, member?: string): boolean {
    const contact = this.#options.book.get(userName)
    if (!(contact instanceof Chatroom)) return contact !== undefined
    return member === undefined ? contact.memberList.length > 0 : contact.member(member) !== undefined
  }

  #attempt(apply: () => void): void {
    try {
      apply()
    } catch (error) {
      this.#options.onError(error)
    }
  }
}

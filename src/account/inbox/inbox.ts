import { setImmediate as nextTurn } from 'node:timers/promises'
import { hasMembers } from '../../contact/chatroom.js'
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
import type { ContactBook } from '../contacts/contact-book.js'
import { ContactChanges } from '../contacts/contact-changes.js'
import { DetailsFetcher } from '../contacts/details-fetcher.js'
import type { Journal } from '../persistence/journal.js'
import type { Received } from '../persistence/journal-record.js'
import { KnownIds, keysOf } from '../persistence/known-ids.js'
import type { UndeliveredMessage } from '../persistence/stale.js'
import type { MessageDelivery } from './message-delivery.js'
import { NAME_WAIT_MS, NameWait } from './name-wait.js'

/** Timeout for a background request for names. */
const DETAILS_TIMEOUT_MS = 10_000

/** Number of contacts and members applied per turn of the event loop. */
const SLICE = 100

/** After this many process crashes, a message is not retried. At the last crash, no other handler was running. */
const MAX_ATTEMPTS = 3

/** The origin of a message. */
type Origin = Pick<Received, 'stale' | 'by'>

interface InboxOptions {
  transport(): Pick<Transport, 'read' | 'decode' | 'contacts'>
  clock: Clock
  /** Aborts when the instance is closed. */
  closing: AbortSignal
  book: ContactBook
  actions: MessageActions
  push(message: Message, delivery?: MessageDelivery): void
  /** The journal that stores messages until they are handled. Without one, they are kept only in memory. */
  journal(): Journal | undefined
  /** Reports a message whose handler was interrupted by too many process crashes. */
  onPoison(received: Received, message: Message): Promise<void>
  /** Identifies these contacts: a few immediately, many over several turns of the event loop. */
  settle(contacts: readonly Contact[]): Promise<void>
  /** Called when contacts have changed. */
  onContacts(changes: ContactChanges): void
  /** Called when the permanent ids for UserNames become known. */
  onRevealed(revealed: readonly RevealedId[]): void
  onError(error: unknown): void
}

/** Processes received batches: updates contacts, decodes messages and passes them on. */
export class Inbox {
  readonly #options: InboxOptions
  #details: DetailsFetcher<ContactEntry | undefined> | undefined
  readonly #nameWait: NameWait
  /** Used without a journal. */
  readonly #known = new KnownIds()
  /** The journal that `#refill` is reading. */
  #refilling: Journal | undefined

  constructor(options: InboxOptions) {
    this.#options = options
    this.#nameWait = new NameWait(options.clock)
  }

  /** Processes a batch. An unreadable entry does not affect other entries. */
  async deliver(batch: Batch, signal?: AbortSignal): Promise<void> {
    const changes = await this.#applyContacts(batch)
    if (!changes.isEmpty) {
      await this.#options.settle(changes.changed)
      this.emitChanges(changes)
    }
    // After the session has ended, messages are not delivered. The cursor does not move, so the server sends them again.
    signal?.throwIfAborted()
    const journal = this.#options.journal()
    if (journal) await this.#journalAll(batch, journal)
    else for (const envelope of batch.messages) if (this.#isNew(envelope)) this.#push(envelope)
  }

  /** Delivers messages from an earlier session, with updated UserNames. */
  redeliver(messages: readonly UndeliveredMessage[]): void {
    for (const { sent, ...origin } of messages) this.#push(this.#options.transport().read(sent), origin)
  }

  /** Delivers messages that are only on disk, as long as there is room in memory. */
  refill(): void {
    const journal = this.#options.journal()
    if (!journal?.canTake || this.#refilling === journal) return
    this.#refilling = journal
    void this.#refill(journal)
  }

  /** Requests the members of groups whose members are still unknown. */
  fetchMissing(): void {
    for (const { UserName } of this.#options.book.chatrooms())
      if (!this.#isKnown(UserName)) this.#fetcher()?.request(UserName)
  }

  /** Delays the next request, because details could not be fetched elsewhere. */
  slowDown(error: unknown): void {
    this.#details?.slowDown(error)
  }

  /** Ends the session: its UserNames become invalid, and messages waiting for names are delivered without them. */
  endSession(): void {
    this.#details?.reset()
    this.#nameWait.releaseAll()
  }

  /** Emits the changes: as an event, and as System messages from and to this account. */
  emitChanges(changes: ContactChanges): void {
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

  /** Adds the messages to the journal and then delivers the new ones. */
  async #journalAll({ messages, cursor }: Batch, journal: Journal): Promise<void> {
    const bySent = new Map(messages.map((envelope) => [envelope.sent, envelope]))
    const incoming = messages.map((envelope) => {
      const { id, aliases, chat, timeMs, sent } = envelope
      return { id, aliases, chat, timeMs, sent, by: this.#speakerName(envelope) }
    })
    const added = await journal.add(incoming, cursor)
    for (const received of added) this.#deliver(received, journal, bySent.get(received.sent))
    this.refill()
  }

  async #refill(journal: Journal): Promise<void> {
    const isCurrent = () => this.#options.journal() === journal
    while (journal.canTake && isCurrent() && !this.#options.closing.aborted) {
      await this.#retry(isCurrent, async () => {
        for (const received of await journal.take()) this.#deliver(received, journal)
      })
    }
    if (this.#refilling === journal) this.#refilling = undefined
  }

  /**
   * Retries a step until it succeeds, is no longer needed, or the instance is closed. Only the first failure is
   * reported.
   */
  async #retry(isNeeded: () => boolean, step: () => Promise<void>): Promise<void> {
    const { clock, closing, onError } = this.#options
    for (let failures = 1; isNeeded() && !closing.aborted; failures++) {
      try {
        await step()
        return
      } catch (error) {
        if (failures === 1) onError(error)
        await clock.sleep(backoffMs(failures, clock), closing).catch(() => {})
      }
    }
  }

  #deliver(received: Received, journal: Journal, envelope = this.#options.transport().read(received.sent)): void {
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
        // The journal is undefined while a session is starting.
        const isOpen = () => [journal, undefined].includes(this.#options.journal())
        await this.#retry(isOpen, () => journal.giveBack(n))
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

  #isNew(envelope: Envelope): boolean {
    if (keysOf(envelope).some((key) => this.#known.has(key))) return false
    this.#known.add(envelope)
    return true
  }

  /** Name of the group member who sent the message. Stored because the UserName will be invalid in the next session. */
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

  /** Passes a message on, in the order of its conversation, once its names are known or the wait for them has ended. */
  #push(envelope: Envelope, origin?: Origin, delivery?: MessageDelivery, onFailed?: () => void): void {
    const { chat, speaker, isNotification } = envelope
    // The server does not know UserNames from an earlier session, and a closed instance makes no requests.
    const skipsNames = origin?.stale || this.#options.closing.aborted
    const names = skipsNames ? [] : envelope.names.filter((name) => this.#isMissing(name, speaker))
    this.#nameWait.add(isNotification ? `notification ${chat}` : chat, names, () => {
      try {
        this.#decodeAndPush(envelope, origin, delivery)
      } catch (error) {
        onFailed?.()
        this.#options.onError(error)
      }
    })
  }

  #decodeAndPush({ sent, revealed }: Envelope, origin?: Origin, delivery?: MessageDelivery): void {
    const { book, push, onRevealed } = this.#options
    const uins: string[] = []
    if (revealed.length > 0) {
      const changes = new ContactChanges()
      for (const id of revealed) book.learnId(id, changes)
      uins.push(...changes.uins)
      onRevealed(revealed)
    }
    const message = this.#decode(sent, origin)
    if (message.Type === 'Friends') book.remember(message.request.userName, message.request.ticket)
    if (message.Type === 'Card') book.remember(message.card.userName)
    if (message.Type === 'System') message.text = uins
    push(message, delivery)
  }

  /** Applies contacts over several turns of the event loop, so that handlers and requests can proceed. */
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
    const names = about.map((contact) => (typeof contact === 'string' ? contact : contact.UserName))
    push(systemMessage(info, names, book.self, actions))
  }

  /** Whether a name is unknown and a message should wait for it. */
  #isMissing(name: string, speaker: string): boolean {
    const details = this.#fetcher()
    if (!details) return false
    if (!this.#isKnown(name)) return details.request(name)
    return speaker !== '' && !this.#isKnown(name, speaker) && details.request(name, speaker)
  }

  /** `undefined` if the transport cannot fetch contacts. */
  #fetcher(): DetailsFetcher<ContactEntry | undefined> | undefined {
    const { clock, transport, onError } = this.#options
    const { contacts } = transport()
    if (!contacts) return undefined
    this.#details ??= new DetailsFetcher({
      clock,
      maxWaitMs: NAME_WAIT_MS,
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
    return member === undefined ? hasMembers(contact) : contact.member(member) !== undefined
  }

  #attempt(apply: () => void): void {
    try {
      apply()
    } catch (error) {
      this.#options.onError(error)
    }
  }
}

import { Avatars } from '../account/contacts/avatars.js'
import { ContactBook } from '../account/contacts/contact-book.js'
import { ContactSearch } from '../account/contacts/contact-search.js'
import { Contacts } from '../account/contacts/contacts.js'
import { IdentityKeeper } from '../account/contacts/identity-keeper.js'
import { describeError } from '../account/describe-error.js'
import { ErrorReporter } from '../account/error-reporter.js'
import type { ItchatEvents, State } from '../account/events.js'
import { Dispatcher } from '../account/inbox/dispatcher.js'
import { Inbox } from '../account/inbox/inbox.js'
import { settleDelivery } from '../account/inbox/settle-delivery.js'
import { Logging } from '../account/logging.js'
import type { ItchatOptions } from '../account/options.js'
import { Directives } from '../account/outbox/directives.js'
import { Downloads } from '../account/outbox/downloads.js'
import { Echoes } from '../account/outbox/echoes.js'
import { Pace } from '../account/outbox/pacing.js'
import { runBecauseOf } from '../account/outbox/process-guard.js'
import { Sender } from '../account/outbox/sender.js'
import { HotReload } from '../account/persistence/hot-reload.js'
import type { Received } from '../account/persistence/journal-record.js'
import { type KnownLogin, loginOf } from '../account/persistence/saved-login.js'
import { ActiveSession, type BeginOptions } from '../account/session/active-session.js'
import { SessionNews } from '../account/session/session-news.js'
import { LoggedOutError, type LogoutReason, StateError } from '../errors.js'
import type { Message } from '../message/message.js'
import type { Delivery } from '../transport/batch.js'
import type { Transport, TransportFactory } from '../transport/transport.js'
import { type Clock, startTimer, systemClock } from '../util/clock.js'
import { Emitter } from '../util/emitter.js'
import { settlesWithin } from '../util/timeout.js'
import { transportOf } from './compose.js'
import { Handling } from './handlers/handling.js'
import { MiddlewareChain } from './handlers/middleware.js'
import { Registry } from './handlers/registry.js'

/** For each last save of an instance that is closed. */
const LAST_SAVE_MS = 10_000

/** What an instance is made of, and the life of its session. */
export class Engine {
  readonly clock: Clock
  readonly logger: Logging
  readonly emitter: Emitter<ItchatEvents>
  readonly registry = new Registry((userName) => userName === this.#connection?.notebook)
  readonly middleware = new MiddlewareChain()
  readonly dispatcher: Dispatcher
  readonly downloads: Downloads
  readonly directives: Directives
  readonly sender: Sender
  readonly pace: Pace
  readonly book: ContactBook
  readonly contacts: Contacts
  readonly search: ContactSearch
  readonly identities: IdentityKeeper
  readonly hotReload: HotReload
  readonly #handling: Handling
  readonly #errors: ErrorReporter
  readonly #news: SessionNews
  state: State = 'offline'
  /** The session that receives now. */
  session: ActiveSession | undefined
  /** The session that began last, living or not. */
  lastSession: ActiveSession | undefined
  readonly #transport: TransportFactory
  readonly #closing = new AbortController()
  #connection: Transport | undefined
  #inbox: Inbox | undefined

  constructor(options: ItchatOptions) {
    this.#transport = transportOf(options)
    this.clock = options.clock ?? systemClock
    this.logger = new Logging(options.logger, this.clock)
    this.emitter = new Emitter<ItchatEvents>((error, event) => this.#errors.reportListener(error, event))
    this.#errors = new ErrorReporter({
      emitter: this.emitter,
      logger: this.logger,
      onError: (error) => this.directives.recordError(error),
      runBecauseOf: (message, work) => this.handleReceived(work, message),
    })
    this.#news = new SessionNews(this.emitter, this.logger)
    const line = () => this.requireSession().connection
    const folder = () => options.downloadDir ?? process.cwd()
    this.downloads = new Downloads(line, folder)
    this.directives = new Directives({
      rule: options.directives ?? 'handlers',
      mediaRoots: options.mediaRoots ?? [],
      downloads: this.downloads,
      self: () => (this.book.hasSelf ? this.book.self.UserName : undefined),
      notebook: () => this.#connection?.notebook,
      current: () => this.dispatcher.current,
    })
    this.pace = new Pace({
      clock: this.clock,
      pacing: options.pacing,
      isLocal: () => this.#connection?.isLocal ?? true,
      onWait: (text) => this.logger.debug(text),
    })
    const onError = (error: unknown) => this.report({ error })
    const echoes = new Echoes((msgId) => void this.hotReload.journal?.remember(msgId).catch(onError))
    this.sender = new Sender({
      transport: line,
      clock: this.clock,
      pace: this.pace,
      echoes,
      directives: this.directives,
      downloads: this.downloads,
      maxTextLength: options.maxTextLength === undefined ? undefined : Math.max(1, Math.floor(options.maxTextLength)),
      contact: (userName) => this.book.get(userName),
      onSent: (sent) => this.emitter.emit('sent', sent),
    })
    this.#handling = new Handling({ registry: this.registry, middleware: this.middleware, sender: this.sender, echoes })
    const operations = () => this.contacts
    const actions = {
      sending: this.sender,
      get operations() {
        return operations()
      },
    }
    this.book = new ContactBook(actions, {
      onDescribed: (described) => this.directives.recordUntrusted(described),
      onForgotten: (contact) => this.identities.release(contact),
    })
    this.search = new ContactSearch(this.book)
    const { clock, book, emitter } = this
    this.identities = new IdentityKeeper({
      clock,
      book,
      emitter,
      onError,
      session: () => this.#connection?.identity?.session,
      needsFormerNames: (session) => this.hotReload.needsFormerNames(session),
    })
    this.contacts = new Contacts({
      transport: line,
      book: this.book,
      avatars: new Avatars({ transport: line, book: this.book, folder }),
      identity: (contact) => this.identities.of(contact),
      announce: (news) => {
        this.identities.settle(news.changed)
        this.inbox.announce(news)
      },
      onError,
      onIncomplete: (error) => {
        this.logger.warn(`Groups are not complete yet: ${describeError(error)}`)
        this.inbox.slowDown(error)
      },
      clock: this.clock,
    })
    this.hotReload = new HotReload({
      clock: this.clock,
      transport: () => this.connection,
      login: () => this.login,
      keepSecret: (paths) => this.directives.keepSecret(paths),
      onSetAside: (aside) => this.#news.setAside(aside),
      onError,
      onLost: (error) => this.#stop(error),
      onBegun: () => this.deliverJournal(),
    })
    this.dispatcher = new Dispatcher({
      clock: this.clock,
      handlerTimeoutMs: options.handlerTimeoutMs,
      handle: (message, begin) => this.#handling.handle(message, begin),
      onError: (error, message) => this.report({ error, message }),
      onSlow: (message, ms) => this.logger.warn(`A handler of type ${message.Type} runs longer than ${ms / 1000} s.`),
    })
  }

  /** Aborts when the instance is closed. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  /** The line to the server, opened at first use. */
  get connection(): Transport {
    if (this.state === 'closed') throw new StateError('This instance is closed; make a new one.')
    this.#connection ??= this.#transport({ clock: this.clock, mayAct: () => this.hotReload.mayAct() })
    return this.#connection
  }

  /**
   * The engine, for calls that need a session.
   *
   * @throws StateError before a login, after the session ended, after `close()`
   */
  requireSession(): this {
    if (this.connection.hasSession) return this
    throw new StateError(
      this.lastSession
        ? 'The session is over: log in again with autoLogin() first.'
        : 'Not logged in: call autoLogin() first.',
    )
  }

  get inbox(): Inbox {
    this.#inbox ??= new Inbox({
      transport: this.connection,
      clock: this.clock,
      closing: this.closing,
      book: this.book,
      actions: {
        reply: (message, text, reply) => this.sender.reply(message, text, reply),
        forward: (message, to, sending) => this.sender.forward(message, to, sending),
        downloadBytes: (message, download) => this.downloads.bytes(message, download),
        downloadTo: (message, path, download) => this.downloads.toFile(message, path, download),
        take: (message) => this.dispatcher.take(message),
      },
      push: (message, delivery) => {
        this.directives.recordMessage(message)
        this.dispatcher.push(message, delivery)
      },
      journal: () => this.hotReload.journal,
      onPoison: (received, message) => this.#setAside(received, message),
      settle: (contacts) => this.identities.settleMany(contacts),
      onContacts: (news) => this.#news.contacts(news),
      onRevealed: (revealed) => this.identities.reveal(revealed),
      onError: (error) => this.handleReceived(() => this.report({ error })),
    })
    return this.#inbox
  }

  /** The journal has the names of this session. */
  deliverJournal(): void {
    // They were held back while the journal needed the former ones.
    void this.identities.save()
    this.#inbox?.refill()
  }

  /** What hot reload keeps; `undefined` while nobody is logged in. */
  get login(): KnownLogin | undefined {
    return this.#connection && loginOf(this.#connection, this.book)
  }

  /**
   * Starts receiving with the session that was just opened.
   *
   * @throws StateError when there is none, or the instance is closed
   */
  begin(options: BeginOptions): void {
    this.closing.throwIfAborted()
    if (!this.connection.hasSession) throw new StateError('Nobody is logged in; call webInit() first.')
    const session = new ActiveSession(options, startTimer(this.clock))
    const { self } = this.book
    this.session = session
    this.lastSession = session
    this.state = 'online'
    this.identities.settleAll()
    this.inbox.fetchMissing()
    const counts = { friends: this.book.friends().length - 1, groups: this.book.chatrooms().length }
    this.#news.loggedIn(self, options.restored, counts, options.logger)
    session.polling = this.#receive(session, options.beforeReceiving)
  }

  /**
   * Ends the session, once: polling first, then dispatching; then the handlers in flight are waited for, while they can still
   * send; then what `lastStep` does; then the callback.
   */
  async end(reason: LogoutReason | 'closed', lastStep: () => Promise<void> = async () => {}): Promise<void> {
    const { session } = this
    const wasRunning = this.dispatcher.isRunning
    this.dispatcher.detachCurrent()
    this.#inbox?.endSession()
    this.dispatcher.stop()
    if (!session) {
      await this.dispatcher.settled()
      // Logged in step by step, and never began to receive.
      if (reason === 'self' && this.#connection?.hasSession) await this.#errors.attempt(lastStep)
      return
    }
    await session.end({ reason, lastStep }, async () => {
      const isOverAlready = reason !== 'self' && reason !== 'closed'
      if (isOverAlready) {
        // A listener may log in again.
        this.session = undefined
        this.pace.failAll(new LoggedOutError('The session is over; the message was not sent.', { reason }))
        this.#tellLogout(reason)
        session.renew(reason, {
          onRenewed: () => wasRunning && this.dispatcher.start(),
          onError: (error) => this.report({ error }),
        })
        // A listener may have logged in again.
        if (!this.session) this.#connection?.markOver()
      }
      await this.dispatcher.settled()
      // Only handlers could still send. The sends of a later session are its own.
      if (!this.session || this.session === session) {
        this.pace.failAll(new StateError('This session was ended; the message was not sent.'))
      }
      if (!isOverAlready) await session.polling
      // A handler may have logged out while the program closed.
      const ending = session.ending ?? { reason, lastStep }
      await this.#errors.attempt(ending.lastStep)
      if (this.session === session) this.session = undefined
      if (ending.reason === 'self') this.#tellLogout('self')
      if (!isOverAlready || !session.isOfferedAgain) await this.#errors.attempt(async () => session.leave())
    })
  }

  /** Resolves when no lost session is being offered again. */
  async renewed(): Promise<void> {
    if (!this.session) await this.lastSession?.renewed()
  }

  /**
   * Ends the session and gives back what the line holds. A store that does not answer is given ten seconds for each step.
   *
   * @param reason what a login on its way rejects with
   */
  async close(reason: Error = new StateError('The instance was closed.')): Promise<void> {
    this.#closing.abort(reason)
    await this.end('closed', async () => {
      await this.sender.settled()
      await settlesWithin(this.clock, LAST_SAVE_MS, this.hotReload.save())
    })
    await this.renewed()
    this.state = 'closed'
    this.pace.failAll(this.closing.reason)
    // Those of `exitCallback`, or without a session.
    await this.sender.settled()
    await settlesWithin(this.clock, LAST_SAVE_MS, this.identities.written())
    this.identities.keepIn(undefined)
    await settlesWithin(this.clock, LAST_SAVE_MS, this.dispatcher.abandon())
    await this.hotReload.release()
    await this.#connection?.close()
    this.#connection = undefined
    this.#inbox = undefined
  }

  /** Emits an `error` event; without a listener, logs it. */
  report(failure: ItchatEvents['error']): void {
    this.#errors.report(failure)
  }

  /** Runs what happens because of something received: in it, and in all listeners it calls, texts send files by the handlers' rule. */
  handleReceived<T>(work: () => T, message?: Message): T {
    return runBecauseOf({ message, by: this.dispatcher }, work)
  }

  async #receive(session: ActiveSession, before?: () => Promise<void>): Promise<void> {
    let reason: LogoutReason = 'expired'
    try {
      await before?.()
      for await (const event of this.connection.receive(session.signal)) {
        if (event.kind === 'ended') reason = event.reason
        else if (event.kind === 'batch') await this.#take(event, session.signal)
        else if (event.kind === 'restarted') this.#news.restarted()
        else if (event.kind === 'online') {
          this.state = 'online'
          this.#news.online(this.book.self)
        } else {
          const isFirst = this.state !== 'reconnecting'
          this.state = 'reconnecting'
          this.#news.offline(event.error, event.retryInMs, isFirst)
        }
      }
    } catch (error) {
      if (!session.signal.aborted) this.report({ error })
    }
    // An abort means that somebody ends the session already.
    if (session.signal.aborted) return
    // Not awaited: the end waits for the polling to be over.
    void this.end(reason)
  }

  /** Resolves when there is room for another batch. */
  async #take(delivery: Delivery, signal: AbortSignal): Promise<void> {
    const take = () =>
      this.handleReceived(async () => {
        await this.hotReload.ready()
        await this.inbox.deliver(delivery.batch, delivery.signal)
      })
    await settleDelivery(delivery, take, () => void this.hotReload.save())
    await (this.hotReload.journal ?? this.dispatcher).room(signal)
  }

  /** Another program acts for the account now: nothing is sent or saved any more, not by handlers in flight either. */
  #stop(error: Error): void {
    this.identities.keepIn(undefined)
    this.report({ error })
    this.state = 'closed'
    this.pace.failAll(error)
    void this.#errors.attempt(async () => this.#connection?.close())
    void this.#errors.attempt(() => this.close(error))
  }

  async #setAside(received: Received, message: Message): Promise<void> {
    this.directives.recordMessage(message)
    const keptAs = await this.hotReload.setMessageAside(received)
    this.#errors.reportInterrupted(message, received.attempts, keptAs)
  }

  #tellLogout(reason: LogoutReason): void {
    this.state = 'loggedOut'
    this.#news.loggedOut(reason)
  }
}

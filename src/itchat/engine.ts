import { type LogoutReason, StateError } from '../errors.js'
import type { Message } from '../message/message.js'
import { type Clock, systemClock } from '../util/clock.js'
import { Emitter } from '../util/emitter.js'
import { createLogger, type Logger, type LogLevel } from '../util/logger.js'
import { WebConnection } from '../web/connection.js'
import { ActiveSession } from './active-session.js'
import { ContactBook } from './contact-book.js'
import { describeError } from './describe-error.js'
import { Dispatcher } from './dispatcher.js'
import type { ItchatEvents, State } from './events.js'
import { Inbox } from './inbox.js'
import type { ItchatOptions } from './options.js'
import { Registry } from './registry.js'
import { Sender } from './sender.js'
import { attention, done, words } from './words.js'

/** What an instance is made of, and the life of its session. */
export class Engine {
  readonly clock: Clock
  readonly logger: Logger
  readonly emitter: Emitter<ItchatEvents>
  readonly registry = new Registry()
  readonly dispatcher: Dispatcher
  readonly sender = new Sender(() => this.connection)
  readonly book = new ContactBook(this.sender)
  state: State = 'offline'
  logLevel: LogLevel = 'info'
  /** The session that receives now. */
  session: ActiveSession | undefined
  hadSession = false
  readonly #options: ItchatOptions
  readonly #closing = new AbortController()
  #connection: WebConnection | undefined
  #inbox: Inbox | undefined

  constructor(options: ItchatOptions) {
    this.#options = options
    this.clock = options.clock ?? systemClock
    this.logger =
      options.logger ??
      createLogger(
        (line) => process.stderr.write(`${line}\n`),
        () => this.logLevel,
      )
    this.emitter = new Emitter<ItchatEvents>((error, event) => this.#reportListener(error, event))
    this.dispatcher = new Dispatcher({
      clock: this.clock,
      handlerTimeoutMs: options.handlerTimeoutMs,
      handle: (message) => this.#handle(message),
      onError: (error, message) => this.report({ error, message }),
      onSlow: (message, ms) => this.logger.warn(`A handler of type ${message.Type} runs longer than ${ms / 1000} s.`),
    })
  }

  /** Aborts when the instance is closed. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  /** The line to the server, opened at first use. */
  get connection(): WebConnection {
    if (this.state === 'closed') throw new StateError('This instance is closed; make a new one.')
    this.#connection ??= new WebConnection({
      clock: this.clock,
      baseUrl: this.#options.baseUrl,
      dispatcher: this.#options.dispatcher,
    })
    return this.#connection
  }

  get inbox(): Inbox {
    this.#inbox ??= new Inbox({
      connection: this.connection,
      book: this.book,
      actions: { reply: (message, text) => this.sender.sendMsg(text, message.user.UserName) },
      push: (message) => this.dispatcher.push(message),
      onContacts: (news) => this.emitter.emit('contacts', news),
      onError: (error) => this.report({ error }),
    })
    return this.#inbox
  }

  /** Asks the server for the address book and for the members of every group. */
  async loadContacts(signal?: AbortSignal): Promise<void> {
    for (const contact of await this.connection.fetchContacts(signal)) this.book.apply(contact)
    const rooms = this.book.chatrooms().map(({ UserName }) => ({ UserName, ChatRoomId: '' }))
    for (const room of await this.connection.fetchDetails(rooms, signal)) this.book.apply(room)
  }

  /** Starts receiving with the session that was just opened. */
  begin(exitCallback: (() => unknown) | undefined, restored: boolean, logger: Logger): void {
    const session = new ActiveSession(exitCallback)
    const { self } = this.book
    this.session = session
    this.hadSession = true
    this.state = 'online'
    this.emitter.emit('login', { user: self, restored })
    this.emitter.emit('online', { user: self })
    const friends = this.book.friends().length - 1
    const groups = this.book.chatrooms().length
    logger.info(done(restored ? words().restored(self.NickName) : words().login(self.NickName, friends, groups)))
    void this.#receive(session)
  }

  /** Ends the session, once, and whatever waits on it. */
  async end(reason: LogoutReason | 'closed'): Promise<void> {
    const { session } = this
    this.dispatcher.stop()
    if (!session) return this.dispatcher.settled()
    await session.end(
      reason,
      () => this.#windDown(reason),
      (error) => this.report({ error }),
    )
  }

  /** Gives back what the line holds. */
  async close(): Promise<void> {
    this.#closing.abort(new StateError('The instance was closed.'))
    await this.end('closed')
    this.state = 'closed'
    await this.#connection?.close()
    this.#connection = undefined
    this.#inbox = undefined
  }

  /** Tells the `error` listeners; without one, the logger. */
  report(failure: ItchatEvents['error']): void {
    if (this.emitter.has('error')) this.emitter.emit('error', failure)
    else this.logger.error(describeError(failure.error))
  }

  async #receive(session: ActiveSession): Promise<void> {
    try {
      const reason = await this.connection.receive(
        {
          room: (signal) => this.dispatcher.room(signal),
          deliver: (batch) => this.inbox.deliver(batch),
          online: () => {
            this.state = 'online'
            this.emitter.emit('online', { user: this.book.self })
          },
          offline: (error, retryInMs) => {
            this.state = 'reconnecting'
            this.logger.debug(describeError(error))
            this.emitter.emit('offline', { error, retryInMs })
          },
        },
        session.signal,
      )
      await this.end(reason)
    } catch (error) {
      // An abort means that somebody ends the session already.
      if (session.signal.aborted) return
      this.report({ error })
      await this.end('expired')
    }
  }

  async #windDown(reason: LogoutReason | 'closed'): Promise<void> {
    this.state = reason === 'closed' ? 'closed' : 'loggedOut'
    await this.dispatcher.settled()
    this.session = undefined
    if (reason === 'closed') return
    this.logger.info(attention(words().logout(reason)))
    this.emitter.emit('logout', { reason })
  }

  /** Resolves to whether somebody was registered for the message. */
  async #handle(message: Message): Promise<boolean> {
    const chat = message.user.UserName
    if (message.isSelf && (await this.sender.isEcho(message.MsgId, chat))) return false
    const handler = this.registry.find(message)
    if (!handler) return false
    const reply: unknown = await handler(message as never)
    if (reply === undefined || reply === null || reply === '') return true
    if (typeof reply !== 'string') {
      throw new StateError(
        `The handler of type ${message.Type} returned a ${typeof reply}; it can return a text or nothing.`,
      )
    }
    await this.sender.send(reply, chat)
    return true
  }

  #reportListener(error: unknown, event: keyof ItchatEvents): void {
    // A broken error listener has nobody left to tell but the log.
    if (event === 'error') this.logger.error(describeError(error))
    else this.report({ error })
  }
}

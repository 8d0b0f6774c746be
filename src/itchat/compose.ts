import type { AccountParts } from '../account/account-parts.js'
import { Avatars } from '../account/contacts/avatars.js'
import { ContactBook } from '../account/contacts/contact-book.js'
import { ContactSearch } from '../account/contacts/contact-search.js'
import { Contacts } from '../account/contacts/contacts.js'
import { IdentityKeeper } from '../account/contacts/identity-keeper.js'
import { describeError } from '../account/describe-error.js'
import { ErrorReporter } from '../account/error-reporter.js'
import type { ItchatEvents } from '../account/events.js'
import { Dispatcher } from '../account/inbox/dispatcher.js'
import { Inbox } from '../account/inbox/inbox.js'
import { Logging } from '../account/logging.js'
import { checkItchatOptions } from '../account/option-names.js'
import type { ItchatOptions } from '../account/options.js'
import { Directives } from '../account/outbox/directives.js'
import { Downloads } from '../account/outbox/downloads.js'
import { Echoes } from '../account/outbox/echoes.js'
import { Pace } from '../account/outbox/pacing.js'
import { SendQueue } from '../account/outbox/send-queue.js'
import { Sender } from '../account/outbox/sender.js'
import { HotReload } from '../account/persistence/hot-reload.js'
import { loginOf } from '../account/persistence/saved-login.js'
import { Login } from '../account/session/login.js'
import { SessionLife } from '../account/session/session-life.js'
import { SessionReporter } from '../account/session/session-reporter.js'
import { type PackagedTransport, TransportLink } from '../account/transport-link.js'
import { NetworkError, StateError } from '../errors.js'
import { CAPABILITIES } from '../transport/features.js'
import type { TransportFactory } from '../transport/transport.js'
import type { IlinkOptions } from '../transports/ilink/index.js'
import { type WebOptions, web } from '../transports/web/index.js'
import { systemClock } from '../util/clock.js'
import { Emitter } from '../util/emitter.js'
import { describeValue, invalidArgument } from '../util/invalid-argument.js'
import type { Activity } from './activity.js'
import { Handling } from './handlers/handling.js'
import { MiddlewareChain } from './handlers/middleware.js'
import { Registry } from './handlers/registry.js'

export { WEB_DEFAULTS, type WebOptions, web } from '../transports/web/index.js'

/** The parts of one account. */
export interface Account extends AccountParts {
  readonly registry: Registry
  readonly middleware: MiddlewareChain
  readonly activity: Activity
  readonly session: SessionLife
  readonly login: Login
}

const INTERRUPTED =
  'The process ended while this queued message was being sent. It may have arrived, and is not sent again.'
const DROPPED = 'Another account logged in, so this queued message was dropped. It was not sent.'

const NOTHING = () => {}

/**
 * Creates the parts of an account. Each part uses the parts declared above it; parts declared further down are passed as
 * functions.
 *
 * @throws ArgumentError for invalid options, or options that contradict each other
 */
export function compose(options: ItchatOptions): Account {
  checkItchatOptions(options)
  const clock = options.clock ?? systemClock
  const logger = new Logging(options.logger, clock)
  const emitter = new Emitter<ItchatEvents>((error, event) => errors.reportListener(error, event))
  const reporter = new SessionReporter(emitter, logger)
  const closing = new AbortController()
  const errors: ErrorReporter = new ErrorReporter({
    emitter,
    logger,
    onError: (error) => directives.recordError(error),
    runInContext: (message, work) => dispatcher.runInContext(message, work),
  })
  const onError = (error: unknown) => errors.report({ error })

  const link = new TransportLink(transportOf(options), {
    clock,
    mayAct: () => hotReload.mayAct(),
    saveSoon: () => hotReload.saveSoon(),
  })
  const transport = () => link.requireSession()
  const folder = () => options.downloadDir ?? process.cwd()

  const hotReload: HotReload = new HotReload({
    clock,
    transport: () => link.get(),
    login: () => link.current && loginOf(link.current, book),
    keepSecret: (paths) => directives.keepSecret(paths),
    onQuarantined: (aside) => reporter.setAside(aside),
    onError,
    onLost: (error) => session.fence(error),
    onBegun: () => login.deliverJournal(),
  })

  const registry = new Registry((userName) => userName === link.current?.notebook)
  const middleware = new MiddlewareChain()
  const dispatcher: Dispatcher = new Dispatcher({
    clock,
    handlerTimeoutMs: options.handlerTimeoutMs,
    canDeliver: () => session.machine.isReceiving,
    handle: (message, begin) => handling.handle(message, begin),
    onStarted: (message) => {
      const isOwn = message.isSelf
      return (isOwn ? undefined : link.current?.handling?.(message.user.UserName)) ?? NOTHING
    },
    onError: (error, message) => errors.report({ error, message }),
    onSlow: (message, ms) =>
      logger.warn(`A handler for type ${message.Type} has been running for more than ${ms / 1000} s.`),
  })

  const downloads = new Downloads(transport, folder)
  const directives: Directives = new Directives({
    rule: options.directives ?? 'handlers',
    mediaRoots: options.mediaRoots ?? [],
    downloads,
    self: () => (book.hasSelf ? book.self.UserName : undefined),
    notebook: () => link.current?.notebook,
    current: () => dispatcher.current,
  })
  const echoes = new Echoes((msgId) => void hotReload.journal?.remember(msgId).catch(onError))
  const pace = new Pace({
    clock,
    pacing: options.pacing,
    defaults: () => link.current?.pace,
    isLocal: () => link.current?.isLocal ?? true,
    onWait: (text) => logger.debug(text),
  })
  const queue: SendQueue = new SendQueue({
    puid: (userName) => {
      const contact = book.get(userName)
      return contact ? identities.of(contact).puid : ''
    },
    send: (message, to, begin) => sender.sendQueued(message, to, begin),
    isOpen: () => !closing.signal.aborted && (link.current?.hasSession ?? false),
    // Leaves room for a reply.
    perMessage: () => Math.max(1, (link.current?.sendsPerMessage ?? Number.POSITIVE_INFINITY) - 2),
    onInterrupted: (message) =>
      sender.reportQueued(message, new NetworkError(INTERRUPTED, { endpoint: 'send', outcome: 'unknown' })),
    onDropped: (message) => sender.reportQueued(message, new StateError(DROPPED)),
    onError,
  })
  const sender: Sender = new Sender({
    transport,
    clock,
    pace,
    echoes,
    directives,
    downloads,
    queue,
    self: () => book.self.UserName,
    current: () => dispatcher.current,
    maxTextLength: options.maxTextLength === undefined ? undefined : Math.max(1, Math.floor(options.maxTextLength)),
    contact: (userName) => book.get(userName),
    onSent: (sent) => emitter.emit('sent', sent),
  })
  const handling: Handling = new Handling({ registry, middleware, sender, echoes })

  const actions = {
    sending: sender,
    get operations() {
      return contacts
    },
  }
  const book: ContactBook = new ContactBook(actions, {
    onDescribed: (described) => directives.recordUntrusted(described),
    onForgotten: (contact) => identities.release(contact),
  })
  const search = new ContactSearch(book)
  const identities: IdentityKeeper = new IdentityKeeper({
    clock,
    book,
    emitter,
    onError,
    session: () => link.current?.identity?.session,
    needsFormerNames: (former) => hotReload.needsFormerNames(former),
  })
  const contacts: Contacts = new Contacts({
    transport,
    clock,
    book,
    avatars: new Avatars({ transport, book, folder }),
    identity: (contact) => identities.of(contact),
    emitChanges: (changes) => {
      identities.settle(changes.changed)
      inbox.emitChanges(changes)
    },
    onError,
    onIncomplete: (error) => {
      logger.warn(`Some groups are still incomplete: ${describeError(error)}`)
      inbox.slowDown(error)
    },
  })

  const inbox: Inbox = new Inbox({
    // Messages received before the session ended are still read afterwards.
    transport: () => link.current ?? link.get(),
    clock,
    closing: closing.signal,
    book,
    actions: {
      reply: (message, text, reply) => sender.reply(message, text, reply),
      forward: (message, to, sending) => sender.forward(message, to, sending),
      downloadBytes: (message, download) => downloads.bytes(message, download),
      downloadTo: (message, path, download) => downloads.toFile(message, path, download),
      take: (message) => dispatcher.take(message),
    },
    push: (message, delivery) => {
      directives.recordMessage(message)
      // Before the handlers: queued messages go out before a reply.
      if (!message.isSelf) queue.receivedFrom(message.user.UserName)
      dispatcher.push(message, delivery)
    },
    journal: () => hotReload.journal,
    onPoison: async (received, message) => {
      directives.recordMessage(message)
      errors.reportInterrupted(message, received.attempts, await hotReload.deadLetter(received))
    },
    settle: (changed) => identities.settleMany(changed),
    onContacts: (changes) => reporter.contacts(changes),
    onRevealed: (revealed) => identities.reveal(revealed),
    onError: (error) => dispatcher.runInContext(undefined, () => onError(error)),
  })

  const parts = {
    ...{ clock, logger, emitter, errors, reporter, link, hotReload },
    ...{ book, search, identities, contacts },
    ...{ dispatcher, inbox, directives, pace, queue, sender },
  }
  const session: SessionLife = new SessionLife(parts, closing)
  const login: Login = new Login(parts, session)
  const activity: Activity = {
    observe(observer) {
      handling.observer = observer
    },
    get current() {
      return dispatcher.current
    },
    get pendingSends() {
      return sender.pendingCount
    },
    hasHandler: (message) => registry.find(message) !== undefined,
    kindsWithHandler: (type) => registry.kindsWithHandler(type),
  }
  return { ...parts, registry, middleware, activity, session, login }
}

/** Environment variable that names the default transport. */
const TRANSPORT_VARIABLE = 'ITCHAT_TRANSPORT'

/** Settings that apply to each transport of this package. */
type ServerOptions = Pick<WebOptions & IlinkOptions, 'baseUrl' | 'dispatcher'>

/** The transports of this package. Other than `web`, their code is loaded only if they are chosen. */
const TRANSPORTS: Readonly<
  Record<keyof typeof CAPABILITIES, (options: ServerOptions) => TransportFactory | Promise<TransportFactory>>
> = {
  web,
  ilink: async (options) => (await import('../transports/ilink/index.js')).ilink(options),
}

/**
 * Returns a function that chooses the transport for an instance. The function reads the environment variable when it is
 * called, and throws an ArgumentError if the variable names an unknown transport.
 *
 * @throws ArgumentError for options that contradict each other
 */
function transportOf({ transport, baseUrl, dispatcher }: ItchatOptions): () => TransportFactory | PackagedTransport {
  if (transport === undefined) {
    return () => findTransport(process.env[TRANSPORT_VARIABLE] || 'web', { baseUrl, dispatcher })
  }
  if (typeof transport !== 'function') {
    throw invalidArgument('transport', { expected: 'a transport such as web()', found: describeValue(transport) })
  }
  const argument = baseUrl !== undefined ? 'baseUrl' : dispatcher !== undefined ? 'dispatcher' : undefined
  if (argument === undefined) return () => transport
  throw invalidArgument(argument, {
    expected: 'no value when transport is set',
    found: 'one',
    advice: `Pass it to the transport instead: web({ ${argument} }).`,
  })
}

function findTransport(name: string, options: ServerOptions): PackagedTransport {
  if (isPackaged(name)) {
    return { name, features: new Set(CAPABILITIES[name]), load: () => TRANSPORTS[name](options) }
  }
  const expected = Object.keys(TRANSPORTS).join(' or ')
  throw invalidArgument(TRANSPORT_VARIABLE, { expected, found: JSON.stringify(name) })
}

function isPackaged(name: string): name is keyof typeof TRANSPORTS {
  return Object.hasOwn(TRANSPORTS, name)
}

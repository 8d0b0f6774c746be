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
import type { ItchatOptions } from '../account/options.js'
import { Directives } from '../account/outbox/directives.js'
import { Downloads } from '../account/outbox/downloads.js'
import { Echoes } from '../account/outbox/echoes.js'
import { Pace } from '../account/outbox/pacing.js'
import { Sender } from '../account/outbox/sender.js'
import { HotReload } from '../account/persistence/hot-reload.js'
import { loginOf } from '../account/persistence/saved-login.js'
import { Login } from '../account/session/login.js'
import { SessionLife } from '../account/session/session-life.js'
import { SessionReporter } from '../account/session/session-reporter.js'
import { TransportLink } from '../account/transport-link.js'
import type { TransportFactory } from '../transport/transport.js'
import { type WebOptions, web } from '../transports/web/index.js'
import { systemClock } from '../util/clock.js'
import { Emitter } from '../util/emitter.js'
import { describeValue, invalidArgument } from '../util/invalid-argument.js'
import { Handling } from './handlers/handling.js'
import { MiddlewareChain } from './handlers/middleware.js'
import { Registry } from './handlers/registry.js'

export { WEB_DEFAULTS, type WebOptions, web } from '../transports/web/index.js'

/** The parts of one account. */
export interface Account extends AccountParts {
  readonly registry: Registry
  readonly middleware: MiddlewareChain
  readonly session: SessionLife
  readonly login: Login
}

/**
 * Creates the parts of an account. Each part uses the parts declared above it; parts declared further down are passed as
 * functions.
 *
 * @throws ArgumentError for options that contradict each other
 */
export function compose(options: ItchatOptions): Account {
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

  const link = new TransportLink(transportOf(options), { clock, mayAct: () => hotReload.mayAct() })
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
    isLocal: () => link.current?.isLocal ?? true,
    onWait: (text) => logger.debug(text),
  })
  const sender: Sender = new Sender({
    transport,
    clock,
    pace,
    echoes,
    directives,
    downloads,
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
    ...{ dispatcher, inbox, directives, pace, sender },
  }
  const session: SessionLife = new SessionLife(parts, closing)
  const login: Login = new Login(parts, session)
  return { ...parts, registry, middleware, session, login }
}

/** Environment variable that names the default transport. */
const TRANSPORT_VARIABLE = 'ITCHAT_TRANSPORT'

/** The transports of this package, by name. */
const TRANSPORTS: Readonly<Record<string, (options: WebOptions) => TransportFactory>> = { web }

/**
 * The transport for an instance. The factory reads the environment variable when it is called, and throws an
 * ArgumentError if the variable names an unknown transport.
 *
 * @throws ArgumentError for options that contradict each other
 */
function transportOf({ transport, baseUrl, dispatcher }: ItchatOptions): TransportFactory {
  if (transport === undefined) {
    return (context) => findTransport(process.env[TRANSPORT_VARIABLE] || 'web')({ baseUrl, dispatcher })(context)
  }
  if (typeof transport !== 'function') {
    throw invalidArgument('transport', { expected: 'a transport such as web()', found: describeValue(transport) })
  }
  const argument = baseUrl !== undefined ? 'baseUrl' : dispatcher !== undefined ? 'dispatcher' : undefined
  if (argument === undefined) return transport
  throw invalidArgument(argument, {
    expected: 'no value when transport is set',
    found: 'one',
    advice: `Pass it to the transport instead: web({ ${argument} }).`,
  })
}

function findTransport(name: string): (options: WebOptions) => TransportFactory {
  const factory = Object.hasOwn(TRANSPORTS, name) ? TRANSPORTS[name] : undefined
  if (factory) return factory
  const expected = Object.keys(TRANSPORTS).join(' or ')
  throw invalidArgument(TRANSPORT_VARIABLE, { expected, found: JSON.stringify(name) })
}

import { ArgumentError, FileError, ForeignFileError, LoginError, OtherServerError, StateError } from '../../errors.js'
import type { Dict } from '../../util/read.js'
import type { AccountParts } from '../account-parts.js'
import { describeError } from '../describe-error.js'
import type { Documents } from '../persistence/documents.js'
import { DEFAULT_STATE_FILE, FileSessionStore } from '../persistence/file-session-store.js'
import { filesOf, openDocuments } from '../persistence/held-store.js'
import { requireOwnFile } from '../persistence/own-file.js'
import { type KnownLogin, loginOf, readSavedLogin, reasonOf, toSavedLogin } from '../persistence/saved-login.js'
import { attention, strings } from '../strings.js'
import type { PushLogin } from './push-login.js'
import type { Undelivered } from './undelivered.js'

/** Resumes a saved login if the server still accepts it. */
export class Resumption {
  readonly #parts: AccountParts
  readonly #undelivered: Undelivered
  readonly #push: PushLogin

  constructor(parts: AccountParts, undelivered: Undelivered, push: PushLogin) {
    this.#parts = parts
    this.#undelivered = undelivered
    this.#push = push
  }

  /**
   * Resumes the session from the last run. Resolves to false if that fails; an unusable login is quarantined or
   * reported.
   */
  async resumeLastRun(signal: AbortSignal): Promise<boolean> {
    const { hotReload } = this.#parts
    const saved = await this.#logFileError(() => hotReload.load(signal))
    if (!saved) return false
    try {
      return await this.#resume(saved, signal)
    } catch (error) {
      if (!(error instanceof ArgumentError)) throw error
      await this.#logFileError(() => hotReload.quarantineLogin(reasonOf(error), signal))
      return false
    }
  }

  /**
   * Resumes the session from the last run, and leaves an unusable login unchanged.
   *
   * @throws LoginError if the server accepts no saved login; FileError if the login is unusable
   */
  async requireLastRun(signal: AbortSignal): Promise<true> {
    const { documents, place = DEFAULT_STATE_FILE } = this.#parts.hotReload
    const saved = await this.#read(documents, signal)
    if (typeof saved === 'string') throw unusable(place, saved)
    try {
      if (saved && (await this.#resume(saved, signal))) return true
    } catch (error) {
      throw error instanceof ArgumentError ? unusable(place, reasonOf(error), error) : error
    }
    throw new LoginError(
      'There is no saved login that the server accepts. Log in without resumeOnly, and scan the QR code.',
      { reason: 'expired' },
    )
  }

  /**
   * Resumes the session in a file. Resolves to false if that fails; an unusable file is reported and left unchanged.
   */
  async resumeFile(path: string | undefined, signal: AbortSignal): Promise<boolean> {
    const { directives, logger } = this.#parts
    const store = new FileSessionStore(path ?? this.#stateFile)
    directives.keepSecret(filesOf(store))
    const saved = await this.#logFileError(async () => {
      await requireOwnFile(store, 'fileDir', signal)
      return this.#read(
        openDocuments(store, () => {}),
        signal,
      )
    })
    if (typeof saved !== 'object') {
      if (saved !== undefined) logger.warn(`The saved login in ${store.place} is unusable: ${saved}.`)
      return false
    }
    try {
      return await this.#resume(saved, signal)
    } catch (error) {
      if (!(error instanceof ArgumentError)) throw error
      logger.warn(`The saved login in ${store.place} is unusable: ${reasonOf(error)}.`)
      return false
    }
  }

  /** Reads the login in a store without changing it. Resolves to the reason if it is unusable. */
  async #read(documents: Documents | undefined, signal: AbortSignal): Promise<KnownLogin | string | undefined> {
    const content = await documents?.read('session', signal)
    return typeof content === 'object' ? readSavedLogin(content, this.#parts.link.get()) : content
  }

  /** Writes the login to a file. @throws StateError before a login; ArgumentError for a file of another program; FileError */
  async save(path: string = this.#stateFile): Promise<void> {
    const { book, directives, link } = this.#parts
    const store = new FileSessionStore(path)
    directives.keepSecret(filesOf(store))
    const login = link.current && loginOf(link.current, book)
    if (!login) throw new StateError('There is no login to save. Log in first.')
    await requireOwnFile(store, 'fileDir')
    await openDocuments(store, () => {}).save('session', toSavedLogin(login))
  }

  get #stateFile(): string {
    return this.#parts.hotReload.place ?? DEFAULT_STATE_FILE
  }

  /** Runs a step. An error about a file is logged instead of thrown: the program can still log in with a QR code. */
  async #logFileError<T>(step: () => Promise<T>): Promise<T | undefined> {
    try {
      return await step()
    } catch (error) {
      if (!(error instanceof FileError || error instanceof ForeignFileError)) throw error
      this.#parts.logger.warn(describeError(error))
      return undefined
    }
  }

  /**
   * Resolves to whether the server accepts a saved login.
   *
   * @throws ArgumentError when the login is incomplete or belongs to another server
   */
  async #resume(saved: KnownLogin, signal: AbortSignal): Promise<boolean> {
    const { book, contacts, dispatcher, hotReload, identities, inbox, link, logger, queue } = this.#parts
    const transport = link.get()
    const { account, session } = saved.identity
    this.#undelivered.stash(account)
    const parse = (fields: Dict) => transport.readSavedContact(fields)
    identities.settleDeferred()
    book.reset(parse(saved.user))
    await identities.begin(account, signal, session)
    await queue.begin(account, hotReload.documents, signal)
    for (const group of saved.chatrooms.flatMap((UserName) => parse({ UserName }) ?? [])) book.apply(group)
    const onRetry = (error: Error, retryInMs: number) => {
      logger.warn(attention(`${describeError(error)} ${strings().askedAgain(Math.ceil(retryInMs / 1000))}`))
    }
    const cursor = hotReload.cursorOf(saved)
    const delivery = await transport.resume(saved.session, { cursor, onRetry, signal })
    if (!delivery) {
      this.#push.refusedAccount = account
      logger.info(attention(strings().notRestored))
      return false
    }
    for (const entry of transport.knownContacts ?? []) book.apply(entry)
    await contacts.load(signal)
    await this.#undelivered.deliver()
    await dispatcher.runInContext(undefined, () => inbox.deliver(delivery.batch, signal))
    delivery.acknowledge()
    return true
  }
}

/** The error for an unusable login that was left unchanged. */
function unusable(path: string, reason: string, cause?: ArgumentError): FileError {
  // The reason contains the advice.
  const advice = cause instanceof OtherServerError ? '' : ' Check the transport and baseUrl, or use another file.'
  return new FileError(`The saved login in ${path} is unusable: ${reason}. It was left unchanged.${advice}`, {
    path,
    cause,
  })
}

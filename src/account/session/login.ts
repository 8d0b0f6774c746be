import { ArgumentError, FileError, LoginError, StateError } from '../../errors.js'
import type { Engine } from '../../itchat/engine.js'
import type { Batch } from '../../transport/batch.js'
import { decodeUser } from '../../transports/web/decode/reply.js'
import { LOGIN_CODE } from '../../transports/web/wire/login.js'
import { unlessAborted } from '../../util/abort.js'
import { type Logger, silentLogger } from '../../util/logger.js'
import { type Dict, dict, text } from '../../util/read.js'
import { describeError } from '../describe-error.js'
import type { AutoLoginOptions, LoginOptions, QrOptions } from '../options.js'
import { FileSessionStore } from '../persistence/file-session-store.js'
import { filesOf, openDocuments } from '../persistence/held-store.js'
import { readSavedLogin, type SavedLogin } from '../persistence/hot-reload.js'
import { attention, words } from '../words.js'
import type { ActiveSessionOptions } from './active-session.js'
import { confirmLogin } from './login-flow.js'
import { PushLogin } from './push-login.js'
import { removePicture, showQr } from './qr-display.js'
import { Relogin } from './relogin.js'
import { Undelivered } from './undelivered.js'

/** Where hot reload keeps the session when it is not told. */
export const DEFAULT_STATE_FILE = 'itchat.json'

/** The ways into a session, one at a time. */
export class Login {
  readonly #engine: Engine
  #pending: Promise<boolean> | undefined
  #cancel = new AbortController()
  readonly #relogin: Relogin
  #uuid: string | undefined
  readonly #push: PushLogin
  readonly #undelivered: Undelivered

  constructor(engine: Engine) {
    this.#engine = engine
    this.#push = new PushLogin(engine)
    this.#undelivered = new Undelivered(engine)
    this.#relogin = new Relogin({
      clock: engine.clock,
      onPause: (news) => {
        const { attempt, retryInMs } = news
        if (attempt > 1) engine.logger.warn(attention(words().lostAgain(attempt, Math.round(retryInMs / 1000))))
        engine.emitter.emit('relogin', news)
      },
      onFailure: (error, retryInMs) => engine.logger.debug(`${describeError(error)} Again in ${retryInMs} ms.`),
    })
  }

  async auto({ hotReload = false, statusStorageDir, sessionStore, ...options }: AutoLoginOptions): Promise<void> {
    await this.#once('autoLogin', options.signal, async (signal) => {
      const { hotReload: kept, identities, clock } = this.#engine
      // A store that is given back must not be written any more.
      await unlessAborted(identities.written(), signal)
      try {
        const path = statusStorageDir ?? DEFAULT_STATE_FILE
        if (hotReload) await kept.use(sessionStore ?? new FileSessionStore(path, { clock }), signal)
        else await unlessAborted(kept.release(), signal)
        identities.keepIn(kept.documents)
        if (await this.#restoreLast(options, signal)) return true
        await this.#scan(options, signal)
        await unlessAborted(kept.save(), signal)
      } catch (error) {
        // Others may have the store while nobody is logged in here. One that hangs is given back once it answers.
        const hangs = signal.aborted && kept.isWriting
        const released = this.#release()
        if (!hangs) await released
        throw error
      }
      return true
    })
  }

  async #release(): Promise<void> {
    const { hotReload, identities } = this.#engine
    identities.keepIn(undefined)
    await identities.written()
    await hotReload.release()
  }

  async byQr(options: LoginOptions): Promise<void> {
    await this.#once('login', options.signal, async (signal) => {
      await this.#scan(options, signal)
      return true
    })
  }

  load(path: string | undefined, options: LoginOptions): Promise<boolean> {
    return this.#once('loadLoginStatus', options.signal, async (signal) => {
      const store = new FileSessionStore(path ?? this.#stateFile)
      this.#engine.directives.keepSecret(filesOf(store))
      const read = await openDocuments(store, () => {}).read('session', signal)
      const saved = typeof read === 'object' ? readSavedLogin(read) : read
      try {
        if (typeof saved === 'object' && !(await this.#restore(saved, signal))) return false
      } catch (error) {
        if (!(error instanceof ArgumentError)) throw error
        this.#engine.logger.warn(describeError(error))
        return false
      }
      if (typeof saved === 'object') {
        await this.#enter(options, true, signal)
        return true
      }
      if (saved !== undefined) this.#engine.logger.warn(`The login state in ${store.place} is not used: ${saved}.`)
      return false
    })
  }

  async dump(path: string = this.#stateFile): Promise<void> {
    const store = new FileSessionStore(path)
    this.#engine.directives.keepSecret(filesOf(store))
    const saved = this.#engine.savedLogin
    if (!saved) throw new StateError('There is no login to save yet: log in first.')
    await openDocuments(store, () => {}).save('session', saved)
  }

  async requestUuid(signal?: AbortSignal): Promise<string | undefined> {
    this.#uuid = await this.#engine.connection.requestUuid(signal)
    return this.#uuid
  }

  async show(
    { uuid = this.#uuid, ...options }: QrOptions & { uuid?: string | undefined },
    onUnwritable?: (error: unknown) => void,
  ): Promise<Uint8Array> {
    if (!uuid) throw new StateError('getQR: there is no uuid yet; call getQRuuid() first.')
    const link = this.#engine.connection.qrLink(uuid)
    this.#engine.state = 'waitingForScan'
    const page = this.#phonePage
    const caption = page ? [words().scan(page)] : [words().scan(), link]
    const png = await showQr(uuid, link, { ...options, caption }, this.#engine.logger, onUnwritable)
    this.#engine.emitter.emit('qr', { uuid, link, png })
    return png
  }

  async check(uuid: string | undefined = this.#uuid, signal?: AbortSignal): Promise<string> {
    if (!uuid) throw new StateError('checkLogin: there is no uuid yet; call getQRuuid() first.')
    const engine = this.#engine
    const { code, avatar } = await engine.connection.pollLogin(uuid, signal)
    if (code === LOGIN_CODE.scanned && engine.state !== 'waitingForConfirm') {
      engine.state = 'waitingForConfirm'
      engine.emitter.emit('scanned', avatar === undefined ? {} : { avatar })
    }
    if (code === LOGIN_CODE.confirmed) engine.state = 'loggingIn'
    return String(code)
  }

  init(signal?: AbortSignal): Promise<Dict> {
    return this.#init(signal, (step) => step())
  }

  /** @param withFiles runs the step that may fail as a file cannot be written */
  async #init(signal: AbortSignal | undefined, withFiles: (step: () => Promise<void>) => Promise<void>): Promise<Dict> {
    const { connection, book, identities, hotReload } = this.#engine
    const { reply, user, self, contacts } = await connection.init(signal)
    const uin = connection.uin ?? ''
    await withFiles(() => hotReload.claim(uin, signal))
    // What waits belongs to the session before, whose names mean nothing now.
    this.#undelivered.stash(uin)
    book.reset(self)
    await identities.begin(uin, signal)
    for (const contact of contacts) book.apply(contact)
    this.#engine.directives.recordUntrusted(reply)
    return { ...decodeUser(user), ...reply }
  }

  /** What came since the last time, for those who do not receive in the background. */
  async news(signal?: AbortSignal): Promise<[messages: Dict[], contacts: Dict[]]> {
    const { session, connection, book } = this.#engine
    if (session) throw new StateError('getMsg: this instance receives already; messages reach the handlers.')
    if (!connection.hasSession) throw new StateError('getMsg: nobody is logged in; call webInit() first.')
    const { batch, contacts } = await connection.fetchNews(signal)
    const messages = batch.messages.map(({ sent }) => sent)
    for (const contact of batch.contacts) book.apply(contact)
    for (const userName of batch.removed) book.remove(userName)
    // What is handed out as it came was written by strangers all the same.
    this.#engine.directives.recordUntrusted(messages, contacts)
    return [messages, contacts.map(dict)]
  }

  start(exitCallback: (() => unknown) | undefined): void {
    if (!this.#engine.book.hasSelf) throw new StateError('startReceiving: nobody is logged in; call webInit() first.')
    if (this.#engine.session) return
    this.#begin(exitCallback ? { exitCallback } : {}, false, this.#engine.logger, () =>
      this.#unlessUnwritable(() => this.#undelivered.deliver()),
    )
  }

  /** Ends a login that is on its way. Resolves when it has failed. */
  async cancel(reason: Error): Promise<void> {
    this.#cancel.abort(reason)
    this.#cancel = new AbortController()
    await this.#pending?.catch(() => {})
  }

  get #phonePage(): string | undefined {
    const { connection } = this.#engine
    return connection.isLocal ? connection.loginOrigin : undefined
  }

  get #stateFile(): string {
    return this.#engine.hotReload.place ?? DEFAULT_STATE_FILE
  }

  #begin(
    options: LoginOptions,
    restored: boolean,
    logger: Logger = this.#engine.logger,
    beforeReceiving?: () => Promise<void>,
  ): void {
    const { exitCallback } = options
    this.#engine.begin({ exitCallback, renew: this.#renewal(options), restored, logger, beforeReceiving })
  }

  /** What logs in again after the session was lost, when the options want it. */
  #renewal({ signal: _, ...options }: LoginOptions): ActiveSessionOptions['renew'] {
    const engine = this.#engine
    const { relogin = false } = options
    if (relogin === false) return undefined
    const again = relogin === 'push' ? { ...options, maxQrRounds: 0 } : options
    return async (reason, livedMs) => {
      const stop = AbortSignal.any([engine.closing, this.#cancel.signal])
      try {
        const { uin } = engine.connection
        const logIn = () =>
          this.#once('relogin', undefined, async (signal) => {
            await this.#scan(again, signal, { uin })
            await unlessAborted(engine.hotReload.save(), signal)
            return true
          })
        await unlessAborted(this.#relogin.after(reason, livedMs, logIn, stop), stop)
        return engine.session
      } catch (error) {
        if (error instanceof LoginError) engine.logger.warn(attention(`${words().notRenewed} ${describeError(error)}`))
        else if (!stop.aborted) engine.report({ error })
        return undefined
      }
    }
  }

  /** One login at a time: a second call waits for the first, and one that is logged in is left as it is. */
  #once(
    name: string,
    given: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<boolean>,
  ): Promise<boolean> {
    const engine = this.#engine
    if (engine.session) {
      engine.logger.warn(`${name}: this instance is logged in already.`)
      return Promise.resolve(true)
    }
    if (this.#pending) return given ? unlessAborted(this.#pending, given) : this.#pending
    const signal = AbortSignal.any([engine.closing, this.#cancel.signal, ...(given ? [given] : [])])
    this.#pending = (async () => {
      try {
        signal.throwIfAborted()
        return await work(signal)
      } catch (error) {
        if (engine.state !== 'closed' && !engine.session) engine.state = engine.lastSession ? 'loggedOut' : 'offline'
        throw signal.aborted ? signal.reason : error
      } finally {
        this.#pending = undefined
      }
    })()
    return this.#pending
  }

  /** @param lost the session that this login takes the place of: no file that cannot be written ends the bot then */
  async #scan(options: LoginOptions, signal: AbortSignal, lost?: { uin: string | undefined }): Promise<void> {
    const engine = this.#engine
    const withFiles = (step: () => Promise<void>) => (lost ? this.#unlessUnwritable(step) : step())
    const pushLogin = (step: AbortSignal) => (lost ? this.#push.request(lost.uin, step) : this.#push.ofRefused(step))
    // Who takes the QR into his own hands shows the steps himself, too.
    const logger = options.qrCallback ? silentLogger : engine.logger
    let shown: Promise<Uint8Array> | undefined
    const steps = {
      phonePage: this.#phonePage,
      pushLogin,
      getQRuuid: (step: AbortSignal) => this.requestUuid(step),
      showQr: (uuid: string) => {
        shown = this.show({ ...options, uuid }, lost ? (error) => engine.report({ error }) : undefined)
        return shown
      },
      checkLogin: (uuid: string, step: AbortSignal) => this.check(uuid, step),
    }
    try {
      await confirmLogin(steps, { ...options, signal }, engine.clock, logger)
    } finally {
      // Of no more use, whatever becomes of the login.
      if (shown) await this.#removePicture(options, shown)
    }
    await this.#init(signal, withFiles)
    await this.#notifyOnline(signal)
    await engine.contacts.load(signal)
    await withFiles(() => this.#undelivered.deliver())
    await this.#enter(options, false, signal, logger)
  }

  /** A program with a `loginCallback` may want the picture there. A picture that stays fails nothing. */
  async #removePicture(options: LoginOptions, shown: Promise<Uint8Array>): Promise<void> {
    if (options.loginCallback || options.qrCallback) return
    try {
      const png = await shown.catch(() => undefined)
      if (png) await removePicture(options, png)
    } catch (error) {
      this.#engine.logger.warn(describeError(error))
    }
  }

  /** The last step into a session that was opened. Who fails in his callback is not logged in. */
  async #enter(options: LoginOptions, restored: boolean, signal: AbortSignal, logger?: Logger): Promise<void> {
    // A callback that calls `logout()` must not wait for itself.
    const cancelled = this.#cancel.signal
    await unlessAborted(Promise.resolve(options.loginCallback?.()), cancelled)
    signal.throwIfAborted()
    this.#begin(options, restored, logger)
  }

  /** A courtesy to the phone: that it fails is no reason to fail. */
  async #notifyOnline(signal: AbortSignal): Promise<void> {
    try {
      await this.#engine.connection.notifyOnline(signal)
    } catch (error) {
      if (signal.aborted) throw error
      this.#engine.logger.warn(describeError(error))
    }
  }

  /** Reports a file that cannot be written. */
  async #unlessUnwritable(step: () => Promise<void>): Promise<void> {
    try {
      await step()
    } catch (error) {
      if (!(error instanceof FileError)) throw error
      this.#engine.report({ error })
    }
  }

  /** Resolves to whether the session of the last run goes on. What cannot be used is set aside, or reported. */
  async #restoreLast(options: LoginOptions, signal: AbortSignal): Promise<boolean> {
    const { hotReload } = this.#engine
    const saved = await this.#unlessUnreadable(() => hotReload.load(signal))
    if (!saved) return false
    try {
      if (!(await this.#restore(saved, signal))) return false
    } catch (error) {
      if (!(error instanceof ArgumentError)) throw error
      await this.#unlessUnreadable(() => hotReload.setLoginAside(describeError(error), signal))
      return false
    }
    await this.#enter(options, true, signal)
    return true
  }

  /** A login that cannot be read or moved is told, and a QR helps. A session that lives is not given up for a full disk. */
  async #unlessUnreadable<T>(step: () => Promise<T>): Promise<T | undefined> {
    try {
      return await step()
    } catch (error) {
      if (!(error instanceof FileError)) throw error
      this.#engine.logger.warn(describeError(error))
      return undefined
    }
  }

  /** Resolves to whether the server accepts a saved login. @throws ArgumentError when something in it is missing or foreign */
  async #restore(saved: SavedLogin, signal: AbortSignal): Promise<boolean> {
    const engine = this.#engine
    const uin = text(dict(saved.session).uin)
    this.#undelivered.stash(uin)
    const read = (fields: Dict) => engine.connection.readSavedContact(fields)
    engine.book.reset(read(saved.user))
    await engine.identities.begin(uin, signal, text(dict(saved.session).sid))
    for (const group of saved.chatrooms.flatMap((UserName) => read({ UserName }) ?? [])) engine.book.apply(group)
    const deliver = async (batch: Batch) => {
      await engine.contacts.load(signal)
      await this.#undelivered.deliver()
      await engine.handleReceived(() => engine.inbox.deliver(batch, signal))
    }
    const onRetry = (error: Error, retryInMs: number) => {
      engine.logger.warn(attention(`${describeError(error)} ${words().askedAgain(Math.ceil(retryInMs / 1000))}`))
    }
    if (!(await engine.connection.restore(saved.session, deliver, onRetry, signal))) {
      this.#push.refusedUin = saved.session.uin
      engine.logger.info(attention(words().notRestored))
      return false
    }
    return true
  }
}

import { resolve } from 'node:path'
import { ArgumentError, FileError, LoginError, StateError } from '../errors.js'
import { unlessAborted } from '../util/abort.js'
import { type Logger, silentLogger } from '../util/logger.js'
import { type Dict, dict, text } from '../util/read.js'
import type { SyncBatch } from '../web/api/sync.js'
import { decodeText } from '../web/decode/text.js'
import { LOGIN_CODE } from '../web/wire/login.js'
import type { ActiveSessionOptions } from './active-session.js'
import { describeError } from './describe-error.js'
import type { Engine } from './engine.js'
import { confirmLogin } from './login-flow.js'
import type { AutoLoginOptions, LoginOptions, QrOptions } from './options.js'
import { showQr } from './qr-display.js'
import { Relogin } from './relogin.js'
import { readStateFile, writeStateFile } from './state-file.js'
import { attention, words } from './words.js'

/** Where hot reload keeps the session when it is not told. */
export const DEFAULT_STATE_FILE = 'itchat.json'
/** Of the file beside it that keeps who is who. */
const IDENTITY_SUFFIX = '.identities'

/** The ways into a session, one at a time. */
export class Login {
  readonly #engine: Engine
  #pending: Promise<boolean> | undefined
  #cancel = new AbortController()
  readonly #relogin: Relogin
  #uuid: string | undefined
  /** The account whose session was refused last, for a login without a QR. */
  #pushUin: string | undefined
  /** Where hot reload keeps the session; `undefined` when it is off. */
  #stateFile: string | undefined

  constructor(engine: Engine) {
    this.#engine = engine
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

  async auto({ hotReload = false, statusStorageDir, ...options }: AutoLoginOptions): Promise<void> {
    await this.#once('autoLogin', options.signal, async (signal) => {
      this.#stateFile = hotReload ? (statusStorageDir ?? DEFAULT_STATE_FILE) : undefined
      const identityFile = this.#stateFile && `${this.#stateFile}${IDENTITY_SUFFIX}`
      this.#engine.identities.keepIn(identityFile)
      this.#keepSecret(this.#stateFile, identityFile)
      if (this.#stateFile !== undefined && (await this.#restore(this.#stateFile, options, signal))) return true
      await this.#scan(options, signal)
      await this.saveForReload()
      return true
    })
  }

  async byQr(options: LoginOptions): Promise<void> {
    await this.#once('login', options.signal, async (signal) => {
      await this.#scan(options, signal)
      return true
    })
  }

  load(path: string | undefined, options: LoginOptions): Promise<boolean> {
    const file = path ?? this.#stateFile ?? DEFAULT_STATE_FILE
    return this.#once('loadLoginStatus', options.signal, (signal) => this.#restore(file, options, signal))
  }

  async dump(path: string | undefined): Promise<void> {
    const file = path ?? this.#stateFile ?? DEFAULT_STATE_FILE
    this.#keepSecret(file)
    await writeStateFile(file, {
      session: this.#engine.connection.save(),
      user: { ...this.#engine.book.self },
      chatrooms: this.#engine.book.chatrooms().map((room) => room.UserName),
    })
  }

  /** Keeps the session for the next run, when hot reload is on. A file that cannot be written is reported: the bot goes on. */
  async saveForReload(): Promise<void> {
    if (this.#stateFile === undefined) return
    try {
      await this.dump(this.#stateFile)
    } catch (error) {
      this.#engine.report({ error })
    }
  }

  async requestUuid(signal?: AbortSignal): Promise<string | undefined> {
    this.#uuid = await this.#engine.connection.requestUuid(signal)
    return this.#uuid
  }

  async show({ uuid = this.#uuid, ...options }: QrOptions & { uuid?: string | undefined }): Promise<Uint8Array> {
    if (!uuid) throw new StateError('getQR: there is no uuid yet; call getQRuuid() first.')
    const link = this.#engine.connection.qrLink(uuid)
    this.#engine.state = 'waitingForScan'
    if (!options.qrCallback) this.#engine.logger.info(words().scan)
    const png = await showQr(uuid, link, options, this.#engine.logger)
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

  async init(signal?: AbortSignal): Promise<Dict> {
    const { connection, book, dispatcher, identities } = this.#engine
    const { reply, user, contacts } = await connection.init(signal)
    // What waits belongs to the session before, whose names mean nothing now.
    dispatcher.clear()
    book.reset(user)
    await identities.begin(connection.uin ?? '')
    for (const contact of contacts) book.apply(contact)
    return { ...user, ...reply }
  }

  /** What came since the last time, for those who do not receive in the background. */
  async news(signal?: AbortSignal): Promise<[messages: Dict[], contacts: Dict[]]> {
    const { session, connection, book } = this.#engine
    if (session) throw new StateError('getMsg: this instance receives already; messages reach the handlers.')
    if (!connection.hasSession) throw new StateError('getMsg: nobody is logged in; call webInit() first.')
    const { messages, contacts, removed } = await connection.fetchNews(signal)
    for (const contact of contacts) book.apply(contact)
    for (const userName of removed) book.remove(userName)
    // What is handed out as it came was written by strangers all the same.
    this.#engine.directives.hear(
      JSON.stringify(messages),
      ...messages.map((one) => decodeText(text(dict(one).Content))),
    )
    return [messages.map(dict), contacts.map(dict)]
  }

  start(exitCallback: (() => unknown) | undefined): void {
    if (!this.#engine.book.hasSelf) throw new StateError('startReceiving: nobody is logged in; call webInit() first.')
    if (!this.#engine.session) this.#begin(exitCallback ? { exitCallback } : {}, false)
  }

  /** Ends a login that is on its way. Resolves when it has failed. */
  async cancel(reason: Error): Promise<void> {
    this.#cancel.abort(reason)
    this.#cancel = new AbortController()
    await this.#pending?.catch(() => {})
  }

  /** No text may send these, now or later. */
  #keepSecret(...paths: (string | undefined)[]): void {
    for (const path of [DEFAULT_STATE_FILE, DEFAULT_STATE_FILE + IDENTITY_SUFFIX, ...paths]) {
      if (path !== undefined) this.#engine.secretFiles.add(resolve(path))
    }
  }

  #begin(options: LoginOptions, restored: boolean, logger: Logger = this.#engine.logger): void {
    const { exitCallback } = options
    this.#engine.begin({ exitCallback, renew: this.#renewal(options), restored, logger })
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
            await this.#scan(again, signal, (step) => this.#requestPush(uin, step))
            await this.saveForReload()
            return true
          })
        await unlessAborted(this.#relogin.after(reason, livedMs, logIn, stop), stop)
        return engine.session
      } catch (error) {
        if (error instanceof LoginError) engine.logger.warn(attention(`${words().notRenewed} ${describeError(error)}`))
        else if (!stop.aborted) engine.report({ error })
        if (engine.state !== 'closed' && !engine.session) engine.state = 'loggedOut'
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
    const cancelled = this.#cancel.signal
    const signal = AbortSignal.any([engine.closing, cancelled, ...(given ? [given] : [])])
    this.#pending = (async () => {
      try {
        signal.throwIfAborted()
        // A callback of the program that calls `logout()` must not wait for itself.
        return await unlessAborted(work(signal), cancelled)
      } catch (error) {
        if (engine.state !== 'closed' && !engine.session) engine.state = 'offline'
        throw signal.aborted ? signal.reason : error
      } finally {
        this.#pending = undefined
      }
    })()
    return this.#pending
  }

  async #scan(
    options: LoginOptions,
    signal: AbortSignal,
    pushLogin = (step: AbortSignal) => this.#pushLogin(step),
  ): Promise<void> {
    const engine = this.#engine
    // Who takes the QR into his own hands shows the steps himself, too.
    const logger = options.qrCallback ? silentLogger : engine.logger
    const steps = {
      pushLogin,
      getQRuuid: (step: AbortSignal) => this.requestUuid(step),
      showQr: (uuid: string) => this.show({ ...options, uuid }),
      checkLogin: (uuid: string, step: AbortSignal) => this.check(uuid, step),
    }
    await confirmLogin(steps, { ...options, signal }, engine.clock, logger)
    await this.init(signal)
    await engine.connection.notifyOnline(signal)
    await engine.contacts.load(signal)
    await options.loginCallback?.()
    signal.throwIfAborted()
    this.#begin(options, false, logger)
  }

  /** Resolves to whether the server accepted what the file holds. A file that cannot be used is reported and left as it is. */
  async #restore(path: string, options: LoginOptions, signal: AbortSignal): Promise<boolean> {
    const engine = this.#engine
    this.#keepSecret(path)
    try {
      const saved = await readStateFile(path)
      if (!saved) return false
      engine.dispatcher.clear()
      engine.book.reset(saved.user)
      await engine.identities.begin(text(dict(saved.session).uin))
      for (const UserName of saved.chatrooms) engine.book.apply({ UserName })
      const deliver = async (batch: SyncBatch) => {
        await engine.contacts.load(signal)
        await engine.inbox.deliver(batch, signal)
      }
      if (!(await engine.connection.restore(saved.session, deliver, signal))) {
        this.#pushUin = saved.session.uin
        engine.logger.info(attention(words().notRestored))
        return false
      }
    } catch (error) {
      if (!(error instanceof FileError || error instanceof ArgumentError)) throw error
      engine.logger.warn(describeError(error))
      return false
    }
    this.#begin(options, true)
    await options.loginCallback?.()
    return true
  }

  /** Asks the phone to confirm when this account was logged in before; a refusal is no failure. */
  async #pushLogin(signal: AbortSignal): Promise<string | undefined> {
    const uin = this.#pushUin
    this.#pushUin = undefined
    try {
      return await this.#requestPush(uin, signal)
    } catch (error) {
      if (signal.aborted) throw error
      this.#engine.logger.debug(describeError(error))
      return undefined
    }
  }

  async #requestPush(uin: string | undefined, signal: AbortSignal): Promise<string | undefined> {
    if (uin === undefined) return undefined
    const uuid = await this.#engine.connection.requestPushLogin(uin, signal)
    if (uuid !== undefined) this.#engine.state = 'waitingForConfirm'
    return uuid
  }
}

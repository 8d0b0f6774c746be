import { FileError, LoginError, StateError } from '../../errors.js'
import type { LoginPoll } from '../../transport/login.js'
import { requireFeature, requireMember } from '../../transport/require-feature.js'
import type { Transport } from '../../transport/transport.js'
import { type Logger, silentLogger } from '../../util/logger.js'
import { isPromise, type MaybePromise } from '../../util/maybe-promise.js'
import type { QrPng } from '../../util/qr.js'
import { raceSignal } from '../../util/race-signal.js'
import type { Dict } from '../../util/read.js'
import type { AccountParts } from '../account-parts.js'
import { describeError } from '../describe-error.js'
import type { AutoLoginOptions, LoginOptions, QrOptions } from '../options.js'
import { DEFAULT_STATE_FILE, FileSessionStore } from '../persistence/file-session-store.js'
import { attention, strings } from '../strings.js'
import { confirmLogin } from './login-flow.js'
import { PushLogin } from './push-login.js'
import { removeQrFile, showQr } from './qr-display.js'
import { Relogin } from './relogin.js'
import { Resumption } from './resumption.js'
import type { SessionLife } from './session-life.js'
import type { SessionRunOptions } from './session-run.js'
import { Undelivered } from './undelivered.js'
import { VerifyCode } from './verify-code.js'

/** Logs an account in. Only one login runs at a time. */
export class Login {
  readonly #parts: AccountParts
  readonly #session: SessionLife
  #pending: Promise<boolean> | undefined
  #cancel = new AbortController()
  /** Aborts when the next session begins. */
  #nextSession = new AbortController()
  readonly #relogin: Relogin
  /** The most recently requested code. */
  #code: string | undefined
  readonly #verifyCode: VerifyCode
  readonly #push: PushLogin
  readonly #undelivered: Undelivered
  readonly #resumption: Resumption

  constructor(parts: AccountParts, session: SessionLife) {
    this.#parts = parts
    this.#session = session
    this.#verifyCode = new VerifyCode(parts)
    this.#push = new PushLogin(parts, session.machine)
    this.#undelivered = new Undelivered(parts)
    this.#resumption = new Resumption(parts, this.#undelivered, this.#push)
    const { clock, emitter, logger } = parts
    this.#relogin = new Relogin({
      clock,
      onPause: (pause) => {
        const { attempt, retryInMs } = pause
        if (attempt > 1) logger.warn(attention(strings().lostAgain(attempt, Math.round(retryInMs / 1000))))
        emitter.emit('relogin', pause)
      },
      onFailure: (error, retryInMs) => logger.debug(`${describeError(error)} Retrying in ${retryInMs} ms.`),
    })
  }

  async auto({
    hotReload: isHotReload = process.env.ITCHAT_HOT_RELOAD === '1',
    statusStorageDir,
    sessionStore,
    resumeOnly,
    ...options
  }: AutoLoginOptions): Promise<void> {
    await this.#once('autoLogin', options, async (signal) => {
      const { hotReload, identities, clock } = this.#parts
      // A released store must not be written to.
      await raceSignal(identities.written(), signal)
      try {
        const path = statusStorageDir ?? DEFAULT_STATE_FILE
        if (isHotReload) await hotReload.use(sessionStore ?? new FileSessionStore(path, { clock }), signal)
        else await raceSignal(hotReload.release(), signal)
        identities.saveTo(hotReload.documents)
        if (await (resumeOnly ? this.#resumption.requireLastRun(signal) : this.#resumption.resumeLastRun(signal))) {
          await this.#complete(options, true, signal)
          return true
        }
        return await this.#scan(options, signal)
      } catch (error) {
        // A failed login releases the store for other processes. A store that hangs is released once it responds.
        const isHanging = signal.aborted && hotReload.isWriting
        const released = this.#release()
        if (!isHanging) await released
        throw error
      }
    })
  }

  async #release(): Promise<void> {
    const { hotReload, identities } = this.#parts
    identities.saveTo(undefined)
    await identities.written()
    await hotReload.release()
  }

  async byQr(options: LoginOptions): Promise<void> {
    await this.#once('login', options, (signal) => this.#scan(options, signal))
  }

  load(path: string | undefined, options: LoginOptions): Promise<boolean> {
    return this.#once('loadLoginStatus', options, async (signal) => {
      if (!(await this.#resumption.resumeFile(path, signal))) return false
      await this.#complete(options, true, signal)
      return true
    })
  }

  dump(path: string | undefined): Promise<void> {
    return this.#resumption.save(path)
  }

  async requestCode(signal?: AbortSignal): Promise<string | undefined> {
    const combined = this.#withClosing(signal)
    const loaded = this.#transport()
    const { login } = isPromise(loaded) ? await loaded : loaded
    const code = await login.requestCode(combined)
    // A late reply must not continue a login that has failed.
    combined.throwIfAborted()
    this.#code = code
    this.#verifyCode.reset()
    return code
  }

  async show(
    { uuid: code = this.#code, ...options }: QrOptions & { uuid?: string | undefined },
    onUnwritable?: (error: unknown) => void,
  ): Promise<QrPng> {
    if (!code) throw new StateError('getQR: no uuid yet. Call getQRuuid() first.')
    const loaded = this.#transport()
    const { login, phonePage: page } = isPromise(loaded) ? await loaded : loaded
    const link = login.qrContent(code)
    this.#session.machine.handle('codeShown')
    const caption = page ? [strings().scan(page)] : [strings().scan(), link]
    const png = await showQr(code, link, { ...options, caption }, this.#parts.logger, onUnwritable)
    this.#parts.emitter.emit('qr', {
      uuid: code,
      link,
      get png() {
        return png()
      },
    })
    return png
  }

  async poll(code: string | undefined = this.#code, signal?: AbortSignal): Promise<LoginPoll> {
    if (!code) throw new StateError('checkLogin: no uuid yet. Call getQRuuid() first.')
    const combined = this.#withClosing(signal)
    const loaded = this.#transport()
    const { login } = isPromise(loaded) ? await loaded : loaded
    const { machine } = this.#session
    return this.#verifyCode.observe(async () => {
      const poll = await login.poll(code, combined)
      combined.throwIfAborted()
      const { status, avatar } = poll
      if (status === 'scanned' || status === 'verifyCodeNeeded') machine.handle('scanned', { avatar })
      if (status === 'confirmed') machine.handle('confirmed')
      return poll
    })
  }

  submitVerifyCode(code: string): void {
    this.#verifyCode.submit(code)
  }

  /** Not a promise once the transport is loaded, so that steps called in turn take effect in this order. */
  #transport(): MaybePromise<Transport> {
    const { link } = this.#parts
    return link.current ? link.get() : link.load()
  }

  init(signal?: AbortSignal): Promise<Dict> {
    return this.#init(this.#withClosing(signal), (step) => step())
  }

  /** @param withFiles runs the step that writes files, and may handle its `FileError` */
  async #init(signal: AbortSignal | undefined, withFiles: (step: () => Promise<void>) => Promise<void>): Promise<Dict> {
    const { link, book, identities, hotReload, queue } = this.#parts
    const transport = link.get()
    const { reply, self, contacts } = await transport.login.start(signal)
    const account = transport.identity?.account ?? ''
    await withFiles(() => hotReload.claim(account, signal))
    // Waiting messages belong to the previous session, whose UserNames are no longer valid.
    this.#undelivered.stash(account)
    identities.settleDeferred()
    book.reset(self)
    await identities.begin(account, signal)
    await queue.begin(account, hotReload.documents, signal)
    for (const contact of contacts) book.apply(contact)
    this.#parts.directives.recordUntrusted(reply)
    return reply
  }

  /** Fetches messages and contact changes since the last call, for programs that do not receive in the background. */
  async fetchNew(signal?: AbortSignal): Promise<[messages: Dict[], contacts: Dict[]]> {
    const { link, book } = this.#parts
    if (this.#session.current) {
      throw new StateError('getMsg: this instance is already receiving. Messages are passed to the handlers.')
    }
    const transport = link.requireSession('webInit()')
    const { batch, contacts } = await requireMember(transport, 'fetch', 'stepLogin').call(
      transport,
      this.#withClosing(signal),
    )
    const messages = batch.messages.map(({ sent }) => sent)
    for (const contact of batch.contacts) book.apply(contact)
    for (const userName of batch.removed) book.remove(userName)
    // Raw messages are untrusted as well.
    this.#parts.directives.recordUntrusted(messages, contacts)
    return [messages, contacts]
  }

  start(exitCallback: (() => unknown) | undefined): void {
    if (this.#session.current) return
    this.#parts.link.requireSession('webInit()')
    // A pending login starts the session itself.
    if (this.#pending) return
    this.#begin(exitCallback ? { exitCallback } : {}, false, this.#parts.logger, () =>
      this.#reportFileError(() => this.#undelivered.deliver()),
    )
  }

  /** Called when the session has been started in the journal after an earlier failure. */
  deliverJournal(): void {
    this.#undelivered.resume()
  }

  /** Cancels a pending login. Resolves when it has failed. */
  async cancel(reason: Error): Promise<void> {
    this.#cancel.abort(reason)
    this.#cancel = new AbortController()
    this.#verifyCode.reset()
    await this.#pending?.catch(() => {})
  }

  /** Combines a signal with the signal that aborts when the instance closes. */
  #withClosing(signal: AbortSignal | undefined): AbortSignal {
    return AbortSignal.any([this.#session.closing, ...(signal ? [signal] : [])])
  }

  #begin(
    options: LoginOptions,
    restored: boolean,
    logger: Logger = this.#parts.logger,
    beforeReceiving?: () => Promise<void>,
  ): void {
    const { exitCallback } = options
    this.#session.begin({ exitCallback, renew: this.#renewal(options), restored, logger, beforeReceiving })
    // A new session ends the pause before the next relogin attempt.
    this.#nextSession.abort(new Error('A session has begun.'))
    this.#nextSession = new AbortController()
  }

  /** Returns the function that logs in again after the session has been lost; `undefined` unless `relogin` is set. */
  #renewal({ signal: _, ...options }: LoginOptions): SessionRunOptions['renew'] {
    const { errors, link, logger } = this.#parts
    const { relogin = false } = options
    if (relogin === false) return undefined
    const reloginOptions = relogin === 'push' ? { ...options, maxQrRounds: 0 } : options
    return async (reason, livedMs) => {
      const stop = AbortSignal.any([this.#session.closing, this.#cancel.signal])
      const superseded = this.#nextSession.signal
      try {
        const account = link.get().identity?.account
        const logIn = () => this.#once('relogin', {}, (signal) => this.#scan(reloginOptions, signal, { account }))
        await raceSignal(this.#relogin.afterLoss(reason, livedMs, logIn, AbortSignal.any([stop, superseded])), stop)
        return this.#session.current
      } catch (error) {
        if (superseded.aborted && !stop.aborted) return this.#session.current
        if (error instanceof LoginError) logger.warn(attention(`${strings().notRenewed} ${describeError(error)}`))
        else if (!stop.aborted) errors.report({ error })
        return undefined
      }
    }
  }

  /** Runs one login at a time: a second call joins the first, and a call while logged in does nothing. */
  #once(
    name: string,
    { signal: callerSignal, relogin }: Pick<LoginOptions, 'signal' | 'relogin'>,
    work: (signal: AbortSignal) => Promise<boolean>,
  ): Promise<boolean> {
    try {
      this.#session.machine.require('login', name)
      if (relogin === 'push') requireFeature(this.#parts.link.description, 'pushLogin')
    } catch (error) {
      return Promise.reject(error)
    }
    if (this.#session.current) {
      this.#parts.logger.warn(`${name}: this instance is already logged in.`)
      return Promise.resolve(true)
    }
    if (this.#pending) return callerSignal ? raceSignal(this.#pending, callerSignal) : this.#pending
    const signal = AbortSignal.any([
      this.#session.closing,
      this.#cancel.signal,
      ...(callerSignal ? [callerSignal] : []),
    ])
    this.#pending = (async () => {
      try {
        signal.throwIfAborted()
        await this.#parts.link.load()
        signal.throwIfAborted()
        return await work(signal)
      } catch (error) {
        this.#session.machine.handle('loginFailed')
        throw signal.aborted ? signal.reason : error
      } finally {
        this.#pending = undefined
      }
    })()
    return this.#pending
  }

  /** @param lost the lost session that this login replaces; if set, an unwritable file is only reported */
  async #scan(options: LoginOptions, signal: AbortSignal, lost?: { account: string | undefined }): Promise<true> {
    const { clock, contacts, errors, hotReload, link } = this.#parts
    const withFiles = (step: () => Promise<void>) => (lost ? this.#reportFileError(step) : step())
    const requestPush = (step: AbortSignal) =>
      lost ? this.#push.request(lost.account, step) : this.#push.requestAfterRefusal(step)
    // A program with `qrCallback` reports the login steps itself.
    const logger = options.qrCallback ? silentLogger : this.#parts.logger
    let shown: Promise<QrPng> | undefined
    const steps = {
      phonePage: link.get().phonePage,
      requestPush,
      requestCode: (step: AbortSignal) => this.requestCode(step),
      showQr: (code: string) => {
        shown = this.show({ ...options, uuid: code }, lost ? (error) => errors.report({ error }) : undefined)
        return shown
      },
      poll: (code: string, step: AbortSignal) => this.poll(code, step),
      verifyCode: this.#verifyCode,
    }
    try {
      await confirmLogin(steps, { ...options, signal }, clock, logger)
    } finally {
      // The code is no longer usable, whether or not the login succeeds.
      this.#verifyCode.reset()
      if (shown) await this.#removeQrFile(options, shown)
    }
    await this.#init(signal, withFiles)
    // If a later step fails, the next login must not need another confirmation on the phone.
    void hotReload.save()
    await this.#notifyOnline(signal)
    await contacts.load(signal)
    await withFiles(() => this.#undelivered.deliver())
    await this.#complete(options, false, signal, logger)
    // The session has begun, so an abort ends only this wait.
    await raceSignal(hotReload.save(), signal).catch(() => {})
    return true
  }

  /** Removes the QR code file unless `loginCallback` is set. The login succeeds even if this fails. */
  async #removeQrFile(options: LoginOptions, shown: Promise<QrPng>): Promise<void> {
    if (options.loginCallback || options.qrCallback) return
    try {
      const png = await shown.catch(() => undefined)
      if (png) await removeQrFile(options, png)
    } catch (error) {
      this.#parts.logger.warn(describeError(error))
    }
  }

  /** The last step of a login. If `loginCallback` throws, the login fails. */
  async #complete(options: LoginOptions, restored: boolean, signal: AbortSignal, logger?: Logger): Promise<void> {
    // A callback that calls `logout()` must not wait for itself.
    const cancelled = this.#cancel.signal
    await raceSignal(Promise.resolve(options.loginCallback?.()), cancelled)
    signal.throwIfAborted()
    this.#begin(options, restored, logger)
  }

  /** Notifies the phone. The login succeeds even if this fails. */
  async #notifyOnline(signal: AbortSignal): Promise<void> {
    try {
      await this.#parts.link.get().login.announce?.(signal)
    } catch (error) {
      if (signal.aborted) throw error
      this.#parts.logger.warn(describeError(error))
    }
  }

  /** Runs a step. A `FileError` is reported instead of thrown. */
  async #reportFileError(step: () => Promise<void>): Promise<void> {
    try {
      await step()
    } catch (error) {
      if (!(error instanceof FileError)) throw error
      this.#parts.errors.report({ error })
    }
  }
}

import { LoggedOutError, type LogoutReason, StateError } from '../../errors.js'
import type { Delivery } from '../../transport/batch.js'
import { startTimer } from '../../util/clock.js'
import { settlesWithin } from '../../util/timeout.js'
import type { AccountParts } from '../account-parts.js'
import { describeError } from '../describe-error.js'
import type { State } from '../events.js'
import { settleDelivery } from '../inbox/settle-delivery.js'
import { SessionMachine } from './session-machine.js'
import { type BeginOptions, SessionRun } from './session-run.js'

/** For each last save of an instance that is closed. */
const LAST_SAVE_MS = 10_000

/** The life of an account's sessions: begins them, receives, and ends them. The table in `session-table.ts` says what follows what. */
export class SessionLife {
  readonly machine: SessionMachine
  readonly #parts: AccountParts
  readonly #closing: AbortController
  #current: SessionRun | undefined
  #last: SessionRun | undefined
  #closed: Promise<void> | undefined
  /** The logout of a session that never received, while it is on its way. */
  #unreceivedLogout: Promise<void> | undefined

  /** @param closing aborted when the instance begins to close */
  constructor(parts: AccountParts, closing: AbortController) {
    this.#parts = parts
    this.#closing = closing
    const { dispatcher, inbox, pace, emitter, reporter } = parts
    this.machine = new SessionMachine({
      stopDispatch: () => {
        inbox.endSession()
        dispatcher.stop()
      },
      stopPolling: () => this.#last?.stopPolling(),
      failSends: ({ reason, error }) =>
        pace.failAll(
          error ??
            new LoggedOutError('The session is over; the message was not sent.', { reason: reason ?? 'expired' }),
        ),
      emitScanned: ({ avatar }) => emitter.emit('scanned', avatar === undefined ? {} : { avatar }),
      emitLogin: ({ restored = false, logger = parts.logger }) => this.#emitLogin(restored, logger),
      emitOnline: () => reporter.online(parts.book.self),
      emitOffline: ({ error = new Error('The connection is lost.'), retryInMs = 0 }, from) =>
        reporter.offline(error, retryInMs, from !== 'reconnecting'),
      emitLogout: ({ reason = 'self' }) => reporter.loggedOut(reason),
    })
  }

  get state(): State {
    return this.machine.state
  }

  /** The session that receives now. */
  get current(): SessionRun | undefined {
    return this.#current
  }

  /** Aborts when the instance begins to close. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  /**
   * Starts receiving with the session that the transport has.
   *
   * @throws StateError without one; the reason of a close
   */
  begin({ restored, logger, beforeReceiving, ...options }: BeginOptions): void {
    this.closing.throwIfAborted()
    this.#parts.link.requireSession()
    const run = new SessionRun(options, startTimer(this.#parts.clock))
    this.#current = run
    this.#last = run
    this.machine.handle('began', { restored, logger })
    run.polling = this.#receive(run, beforeReceiving)
  }

  /**
   * Hands messages to their handlers until the session has ended, and those that take its place. An abort closes the instance.
   *
   * @throws StateError when there was no login
   */
  run(signal: AbortSignal | undefined): Promise<void> {
    if (!this.#last) throw new StateError('run: not logged in; call autoLogin() first.')
    return this.#untilEnded(this.#last, signal)
  }

  async #untilEnded(first: SessionRun, signal: AbortSignal | undefined): Promise<void> {
    let closed: Promise<void> | undefined
    const close = () => {
      closed = this.close()
    }
    if (signal?.aborted) close()
    signal?.addEventListener('abort', close, { once: true })
    try {
      for (let run: SessionRun | undefined = first; run; run = await run.successor) {
        if (run === this.#current) this.#parts.dispatcher.start()
        await run.ended
      }
      await closed
    } finally {
      signal?.removeEventListener('abort', close)
    }
  }

  /** Resolves when no lost session is being renewed. */
  async renewed(): Promise<void> {
    if (!this.#current) await this.#last?.renewed()
  }

  /**
   * Ends the session on the server. Resolves after handlers in flight and `exitCallback`.
   *
   * @param cancelLogin resolves when no login is on its way
   */
  async logout(cancelLogin: () => Promise<void>): Promise<void> {
    const { dispatcher, errors, link } = this.#parts
    dispatcher.detachCurrent()
    const run = this.#current
    this.machine.handle('logoutRequested')
    await cancelLogin()
    await this.renewed()
    if (run) return this.#end(run)
    await dispatcher.settled()
    // Logged in step by step, and never began to receive.
    if (link.current?.hasSession) {
      this.#unreceivedLogout ??= errors
        .attempt(() => this.#logOutOnServer())
        .finally(() => {
          this.#unreceivedLogout = undefined
        })
    }
    return this.#unreceivedLogout
  }

  /**
   * Ends this instance without logging it out, and gives back what it holds. A store that does not answer is given ten seconds for
   * each step.
   *
   * @param reason what a login on its way rejects with
   */
  close(reason: Error = new StateError('The instance was closed.')): Promise<void> {
    // Also for a second call: waiting for the handler that calls would never end.
    this.#parts.dispatcher.detachCurrent()
    this.#closed ??= this.#close(reason)
    return this.#closed
  }

  /** Another process acts for the account now: nothing is sent or saved any more, not by handlers in flight either. */
  fence(error: Error): void {
    const { identities, errors, link } = this.#parts
    identities.keepIn(undefined)
    errors.report({ error })
    this.machine.handle('fenced', { error })
    // After the end of dispatch: messages that waited for names are decoded there, to wait for the next process.
    link.shut()
    void errors.attempt(() => link.close())
    void errors.attempt(() => this.close(error))
  }

  #emitLogin(restored: boolean, logger: NonNullable<BeginOptions['logger']>): void {
    const { book, identities, inbox, reporter } = this.#parts
    identities.settleAll()
    inbox.fetchMissing()
    const counts = { friends: book.friends().length - 1, groups: book.chatrooms().length }
    reporter.loggedIn(book.self, restored, counts, logger)
  }

  async #receive(run: SessionRun, before?: () => Promise<void>): Promise<void> {
    const { dispatcher, errors, hotReload, link, reporter } = this.#parts
    const room = (signal: AbortSignal) => (hotReload.journal ?? dispatcher).room(signal)
    let reason: LogoutReason = 'expired'
    try {
      await before?.()
      for await (const event of link.get().receive(run.signal, room)) {
        if (event.kind === 'batch') await this.#take(event)
        else if (event.kind === 'offline') this.machine.handle('connectionLost', event)
        else if (event.kind === 'online') this.machine.handle('connectionBack')
        else if (event.kind === 'restarted') reporter.restarted()
        else reason = event.reason
      }
    } catch (error) {
      if (!run.signal.aborted) errors.report({ error })
    }
    // An abort means that the session is being ended.
    if (!run.signal.aborted) this.#lose(run, reason)
  }

  #take(delivery: Delivery): Promise<void> {
    const { dispatcher, hotReload, inbox } = this.#parts
    const take = () =>
      dispatcher.runInContext(undefined, async () => {
        await hotReload.ready()
        await inbox.deliver(delivery.batch, delivery.signal)
      })
    return settleDelivery(delivery, take, () => void hotReload.save())
  }

  /** The server ended the session. */
  #lose(run: SessionRun, reason: LogoutReason): void {
    const { dispatcher, errors, link, pace } = this.#parts
    const wasRunning = dispatcher.isRunning
    dispatcher.detachCurrent()
    // A listener may log in again.
    this.#current = undefined
    this.machine.handle('sessionLost', { reason })
    run.renew(reason, {
      onRenewed: () => wasRunning && dispatcher.start(),
      onError: (error) => errors.report({ error }),
    })
    if (!this.#current) link.current?.markOver()
    void run.end(async () => {
      await dispatcher.settled()
      // The sends of a later session are its own.
      if (!this.#current) pace.failAll(new StateError('This session was ended; the message was not sent.'))
      if (!run.canRelogin) await errors.attempt(() => run.runExitCallback())
    })
  }

  /** Ends a session for `logout` and `close`: handlers in flight finish and can still send; then the last step, then `exitCallback`. */
  #end(run: SessionRun): Promise<void> {
    const { dispatcher, errors, hotReload, pace, sender, clock } = this.#parts
    return run.end(async () => {
      await dispatcher.settled()
      pace.failAll(new StateError('This session was ended; the message was not sent.'))
      await run.polling
      await sender.settled()
      if (!this.machine.isLoggingOut) await settlesWithin(clock, LAST_SAVE_MS, hotReload.save())
      // A logout may have come during the save.
      const { isLoggingOut } = this.machine
      if (isLoggingOut) await this.#logOutOnServer()
      if (this.#current === run) this.#current = undefined
      if (isLoggingOut) this.machine.handle('logoutDone')
      await errors.attempt(() => run.runExitCallback())
    })
  }

  async #logOutOnServer(): Promise<void> {
    const { link, logger } = this.#parts
    try {
      await link.get().logout()
    } catch (error) {
      logger.warn(`logout: the server could not end the session. ${describeError(error)}`)
    }
  }

  async #close(reason: Error): Promise<void> {
    const { clock, dispatcher, hotReload, identities, link, pace, sender } = this.#parts
    this.#closing.abort(reason)
    const run = this.#current
    this.machine.handle('closeRequested')
    await (run ? this.#end(run) : dispatcher.settled())
    await this.renewed()
    await this.#unreceivedLogout
    link.shut()
    this.machine.handle('closeDone')
    pace.failAll(reason)
    // Those of `exitCallback`, or without a session.
    await sender.settled()
    await settlesWithin(clock, LAST_SAVE_MS, identities.written())
    identities.keepIn(undefined)
    await settlesWithin(clock, LAST_SAVE_MS, dispatcher.abandon())
    await hotReload.release()
    await link.close()
  }
}

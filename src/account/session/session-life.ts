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

/** Timeout for each final save while an instance is closing. */
const LAST_SAVE_MS = 10_000

/**
 * Manages the sessions of an account: starts them, receives their messages, and ends them. `session-table.ts` defines
 * the transitions.
 */
export class SessionLife {
  readonly machine: SessionMachine
  readonly #parts: AccountParts
  readonly #closing: AbortController
  #current: SessionRun | undefined
  #last: SessionRun | undefined
  #closed: Promise<void> | undefined
  /** The pending logout of a session that never started receiving. */
  #unreceivedLogout: Promise<void> | undefined

  /** @param closing aborts when the instance begins to close */
  constructor(parts: AccountParts, closing: AbortController) {
    this.#parts = parts
    this.#closing = closing
    const { dispatcher, inbox, pace, emitter, reporter } = parts
    this.machine = new SessionMachine({
      stopDispatch: () => {
        // In this order: messages that `endSession` releases must wait for the next session.
        dispatcher.stop()
        inbox.endSession()
      },
      stopPolling: () => this.#last?.stopPolling(),
      failSends: ({ reason, error }) =>
        pace.failAll(
          error ??
            new LoggedOutError('The session has ended. The message was not sent.', { reason: reason ?? 'expired' }),
        ),
      emitScanned: ({ avatar }) => emitter.emit('scanned', avatar === undefined ? {} : { avatar }),
      emitLogin: ({ restored = false, logger = parts.logger }) => {
        this.#emitLogin(restored, logger)
        parts.queue.resume()
      },
      emitOnline: () => {
        reporter.online(parts.book.self)
        parts.queue.resume()
      },
      emitOffline: ({ error = new Error('The connection was lost.'), retryInMs = 0 }, from) =>
        reporter.offline(error, retryInMs, from !== 'reconnecting'),
      emitLogout: ({ reason = 'self' }) => reporter.loggedOut(reason),
    })
  }

  get state(): State {
    return this.machine.state
  }

  /** The session that is receiving. */
  get current(): SessionRun | undefined {
    return this.#current
  }

  /** Aborts when the instance begins to close. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  /**
   * Starts receiving with the session of the transport.
   *
   * @throws StateError without a session; the reason passed to `close` when the instance is closing
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
   * Dispatches messages to handlers until the session and its successors have ended. If the signal aborts, the instance
   * is closed.
   *
   * @throws StateError before a login
   */
  run(signal: AbortSignal | undefined): Promise<void> {
    if (!this.#last) throw new StateError('run: not logged in. Call autoLogin() first.')
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

  /** Resolves when no relogin is pending. */
  async renewed(): Promise<void> {
    if (!this.#current) await this.#last?.renewed()
  }

  /**
   * Ends the session on the server. Resolves after handlers in flight and `exitCallback` have finished.
   *
   * @param cancelLogin cancels a pending login, and resolves when it has failed
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
    // Logged in step by step, but never started receiving.
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
   * Closes this instance without logging out, and releases its resources. Each step that waits for an unresponsive store
   * times out after ten seconds.
   *
   * @param reason the error with which a pending login rejects
   */
  close(reason: Error = new StateError('This instance was closed.')): Promise<void> {
    // Needed on a second call, too: a handler that calls `close` would otherwise wait for itself forever.
    this.#parts.dispatcher.detachCurrent()
    this.#closed ??= this.#close(reason)
    return this.#closed
  }

  /**
   * Stops all sends and saves, including those from handlers in flight, because another process now acts for the
   * account.
   */
  fence(error: Error): void {
    const { identities, errors, link } = this.#parts
    identities.saveTo(undefined)
    errors.report({ error })
    this.machine.handle('fenced', { error })
    // Must come after dispatch has been stopped: stopping it decodes the messages that are still waiting for names, so
    // that the next process receives them.
    link.shut()
    void errors.attempt(() => link.close())
    void errors.attempt(() => this.close(error))
  }

  #emitLogin(restored: boolean, logger: NonNullable<BeginOptions['logger']>): void {
    const { book, identities, inbox, link, reporter } = this.#parts
    identities.settleAll()
    inbox.fetchMissing()
    const hasBook = link.get().features.has('contacts')
    const counts = hasBook ? { friends: book.friends().length - 1, groups: book.chatrooms().length } : undefined
    reporter.loggedIn(book.self, restored, counts, logger)
  }

  async #receive(run: SessionRun, before?: () => Promise<void>): Promise<void> {
    const { dispatcher, errors, hotReload, link, reporter } = this.#parts
    const room = (signal: AbortSignal) => (hotReload.journal ?? dispatcher).room(signal)
    let reason: LogoutReason = 'expired'
    try {
      await before?.()
      for await (const event of link.get().receive(run.signal, room)) {
        if (event.kind === 'batch') await this.#deliver(event)
        else if (event.kind === 'offline') this.machine.handle('connectionLost', event)
        else if (event.kind === 'online') this.machine.handle('connectionBack')
        else if (event.kind === 'restarted') reporter.restarted()
        else reason = event.reason
      }
    } catch (error) {
      if (!run.signal.aborted) errors.report({ error })
    }
    // An abort means that `logout` or `close` is ending the session.
    if (!run.signal.aborted) this.#lose(run, reason)
  }

  #deliver(delivery: Delivery): Promise<void> {
    const { dispatcher, hotReload, inbox } = this.#parts
    const deliver = () =>
      dispatcher.runInContext(undefined, async () => {
        await hotReload.ready()
        await inbox.deliver(delivery.batch, delivery.signal)
      })
    return settleDelivery(delivery, deliver, () => hotReload.saveSoon())
  }

  /** Handles a session that the server has ended. */
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
      // Pending sends may already belong to a later session.
      if (!this.#current) pace.failAll(new StateError('The session has ended. The message was not sent.'))
      if (!run.canRelogin) await errors.attempt(() => run.runExitCallback())
    })
  }

  /**
   * Ends a session for `logout` and `close`: handlers in flight finish and can still send, then the final step and
   * `exitCallback` run.
   */
  #end(run: SessionRun): Promise<void> {
    const { dispatcher, errors, hotReload, pace, sender, clock } = this.#parts
    return run.end(async () => {
      await dispatcher.settled()
      pace.failAll(new StateError('The session has ended. The message was not sent.'))
      await run.polling
      await sender.settled()
      if (!this.machine.isLoggingOut) await settlesWithin(clock, LAST_SAVE_MS, hotReload.save())
      // `logout` may have been called during the save.
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
      logger.warn(`logout: ending the session on the server failed. ${describeError(error)}`)
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
    // Wait for sends from `exitCallback`, and for sends made while this account was not receiving.
    await sender.settled()
    await settlesWithin(clock, LAST_SAVE_MS, identities.written())
    identities.saveTo(undefined)
    await settlesWithin(clock, LAST_SAVE_MS, dispatcher.abandon())
    // Before the store is released: another process that then acts for the account must not be interrupted.
    await link.close()
    await hotReload.release()
  }
}
